// Tests the facts that the statistics take from a conversation: durations, certificates and legacy features.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/conversation_metrics.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using builders::at;
namespace frames = builders::frames;

static std::optional<Side> dependence(const Conversation &c, Legacy legacy)
{
    return metrics_of(c).depends_on[static_cast<std::size_t>(legacy)];
}

// Frames are a millisecond apart: SYN 1, SYN/ACK 2, ACK 3, ClientHello 4, ServerHelloDone 10, ClientKeyExchange 13.
TEST_CASE("A handshake's time is split between its sides and the way between them")
{
    const Conversation c = builders::completed();
    const Durations durations = metrics_of(c).durations;
    CHECK(durations.tcp == Approx(0.001));
    CHECK(durations.tls == Approx((c.completed.frame - frames::client_hello) / 1000.0));
    CHECK(durations.total == Approx((c.completed.frame - frames::syn) / 1000.0));
    CHECK(durations.server + durations.client + durations.network == Approx(durations.tls));
    CHECK(durations.network == Approx(2 * 0.001 + 0.001)); // twice to the server, once to the client
}

static bool is_split(const Conversation &c)
{
    const Durations durations = metrics_of(c).durations;
    CHECK((durations.server < 0) == (durations.client < 0));
    CHECK((durations.server < 0) == (durations.network < 0));
    return durations.server >= 0;
}

TEST_CASE("What a client does before its ClientHello is not the way to it")
{
    Conversation c = builders::completed();
    c.tcp_syn.time -= second; // it asks for STARTTLS
    c.tcp_syn_ack.time -= second;
    c.tcp_ack.time -= second;
    CHECK(metrics_of(c).durations.network == Approx(0.003));
}

TEST_CASE("What did not complete has no times but TCP's")
{
    const Durations durations = metrics_of(builders::failed_by(Side::client, "unknown_ca")).durations;
    CHECK(durations.tcp >= 0);
    CHECK(durations.tls < 0);
    CHECK(durations.total < 0);
    CHECK(durations.server < 0);
}

TEST_CASE("Without TCP's opening no way is known, nor who took how long")
{
    Conversation c = builders::completed();
    c.tcp_syn = c.tcp_syn_ack = c.tcp_ack = {};
    const Durations durations = metrics_of(c).durations;
    CHECK(durations.tcp < 0);
    CHECK(durations.tls > 0);
    CHECK(durations.total == durations.tls);
    CHECK_FALSE(is_split(c));
}

TEST_CASE("A way that was not seen whole, or by a clock that was set back, is not known")
{
    for (const auto missing : {&Conversation::tcp_syn, &Conversation::tcp_syn_ack}) {
        Conversation c = builders::completed();
        c.*missing = {};
        CHECK(metrics_of(c).durations.tcp < 0);
        CHECK_FALSE(is_split(c));
    }
    Conversation c = builders::completed();
    c.tcp_syn_ack.time = c.tcp_syn.time;
    CHECK(metrics_of(c).durations.tcp == 0);
    CHECK(is_split(c));
    c.tcp_syn_ack.time = c.tcp_syn.time - 1;
    CHECK(metrics_of(c).durations.tcp < 0);
    c = builders::completed();
    c.tcp_ack = {};
    CHECK(metrics_of(c).durations.tcp >= 0);
    CHECK_FALSE(is_split(c));
}

TEST_CASE("Where packets were lost, on their way or from the capture, nobody is said to have taken the time")
{
    for (const Side side : {Side::client, Side::server}) {
        Conversation again = builders::completed();
        again.retransmissions[side] = 1;
        CHECK_FALSE(is_split(again));
        Conversation cut = builders::completed();
        cut.gaps.bytes_missing[side] = 1;
        CHECK_FALSE(is_split(cut));
    }
}

static Conversation tls13(std::vector<EncryptedRecord> records = {})
{
    Conversation c = builders::completed(0x0304);
    c.finished = {};
    c.encrypted_records = std::move(records);
    return c;
}

static EncryptedRecord hidden(std::uint32_t frame, Side by)
{
    return {at(frame), by, ContentType::application_data, 100};
}

TEST_CASE("A HelloRetryRequest costs each side another turn")
{
    Conversation c = tls13({hidden(9, Side::server), hidden(15, Side::client)});
    c.first_client_hello = at(3);
    c.hello_retry_request = {at(4), {}};
    c.client_hello.at = at(5);
    const Durations durations = metrics_of(c).durations;
    CHECK(durations.server == Approx(0.003)); // 1 and 4 ms, minus a 1 ms round trip each
    CHECK(durations.client == Approx(0.005)); // 1 and 6 ms, minus a 1 ms round trip each
    CHECK(durations.network == Approx(0.004));

    SECTION("one after which the capture lacks the client's answer is no other turn")
    {
        c.first_client_hello = c.client_hello.at = at(3);
        const Durations once = metrics_of(c).durations;
        CHECK(once.server + once.client + once.network == Approx(once.tls));
    }
    SECTION("DTLS has a ClientHello twice without one")
    {
        c.hello_retry_request = {};
        CHECK(is_split(c));
    }
}

TEST_CASE("An abbreviated handshake ends with the client's Finished")
{
    Conversation c = builders::completed();
    c.resumed = true;
    c.server_hello_done = {};
    const Durations durations = metrics_of(c).durations;
    CHECK(durations.server == Approx(0.001)); // up to the ServerHello, minus the round trip
    CHECK(durations.server + durations.client + durations.network == Approx(durations.tls));
}

TEST_CASE("TLS 1.3 is the server's until the last record before the client's, which ends it")
{
    Conversation c = tls13({hidden(7, Side::server), hidden(11, Side::server), hidden(14, Side::client),
                            hidden(16, Side::client), hidden(17, Side::server)});
    CHECK(metrics_of(c).durations.tls == Approx(0.010));
    CHECK(metrics_of(c).durations.server == Approx(0.006));
    CHECK(metrics_of(c).durations.client == Approx(0.002));

    SECTION("what can be read goes before")
    {
        c.finished[Side::server] = at(9);
        c.finished[Side::client] = at(16);
        CHECK(metrics_of(c).durations.tls == Approx(0.012));
        CHECK(metrics_of(c).durations.server == Approx(0.004));
        CHECK(metrics_of(c).durations.client == Approx(0.006));
    }
    SECTION("so does what sizes tell")
    {
        c.record_sizes.client_finished = at(16);
        CHECK(metrics_of(c).durations.tls == Approx(0.012));
    }
    SECTION("of the server there may be a hello alone")
    {
        c.encrypted_records.erase(c.encrypted_records.begin(), c.encrypted_records.begin() + 2);
        CHECK(metrics_of(c).durations.server == Approx(0.001));
    }
    SECTION("early data is no answer")
    {
        c.client_hello.what.early_data = true;
        CHECK(metrics_of(c).durations.tls < 0);
    }
    SECTION("QUIC shows the kind of its packets")
    {
        c.encrypted_records.clear();
        c.quic_client_handshake = at(12);
        CHECK(metrics_of(c).durations.tls == Approx(0.008));
    }
}

TEST_CASE("TLS 1.3 without an end has no time")
{
    Conversation c = builders::failed_by(Side::server, "certificate_required", 0x0304);
    c.finished[Side::client] = at(frames::client_finished);
    CHECK(metrics_of(c).durations.tls < 0);
    CHECK(metrics_of(tls13()).durations.tls < 0);
}

TEST_CASE("TLS 1.3 ends with the client's Finished, not with the application's answer")
{
    Conversation c = builders::completed(0x0304);
    c.finished[Side::client] = at(frames::client_finished);
    c.completed = at(900);
    CHECK(metrics_of(c).durations.tls == Approx((frames::client_finished - frames::client_hello) / 1000.0));
}

TEST_CASE("Whose doing an old version is")
{
    Conversation c = builders::completed(0x0301);
    CHECK(dependence(c, Legacy::old_version) == Side::server); // the client offers TLS 1.3
    c.client_hello.what.supported_versions.clear();
    c.client_hello.what.legacy_version = 0x0302;
    CHECK(dependence(c, Legacy::old_version) == Side::client);
    c.client_hello.what.fallback_scsv = true;
    CHECK(dependence(c, Legacy::old_version) == Side::server); // the client retries with an older version
    c.client_hello.what.fallback_scsv = false;
    c.client_hello.what.legacy_version = 0x0303;
    CHECK(dependence(c, Legacy::old_version) == Side::server);
    c.client_hello = {};
    CHECK(dependence(c, Legacy::old_version) == Side::server);
    CHECK_FALSE(dependence(builders::hello(), Legacy::old_version));
    CHECK_FALSE(dependence(builders::completed(0x0303), Legacy::old_version));
    CHECK_FALSE(dependence(builders::completed(0x0304), Legacy::old_version));
    CHECK_FALSE(dependence(builders::completed(0xfefd), Legacy::old_version)); // DTLS 1.2
    CHECK(dependence(builders::completed(0xfeff), Legacy::old_version));
}

TEST_CASE("Whose doing the exchange of keys under RSA is")
{
    Conversation c = builders::completed();
    c.server_hello.what.cipher_suite = 0x009c; // TLS_RSA_WITH_AES_128_GCM_SHA256
    CHECK(dependence(c, Legacy::rsa_key_exchange) == Side::server);
    c.client_hello.what.cipher_suites = {0x009c, 0x002f};
    CHECK(dependence(c, Legacy::rsa_key_exchange) == Side::client);
    for (const int ephemeral : {0xc02f, 0x009e, 0x1301}) {
        c.client_hello.what.cipher_suites = {0x009c, static_cast<CipherSuite>(ephemeral)};
        CHECK(dependence(c, Legacy::rsa_key_exchange) == Side::server);
    }
    c.client_hello.what.cipher_suites = {0x009c, 0x00ff, 0x5600, 0x13fe}; // the signalling values, and an unknown suite
    CHECK(dependence(c, Legacy::rsa_key_exchange) == Side::client);
    c.client_hello = {};
    CHECK(dependence(c, Legacy::rsa_key_exchange) == Side::server);
    c.server_hello.what.sslv2 = true;
    CHECK_FALSE(dependence(c, Legacy::rsa_key_exchange));
    c.server_hello.what.sslv2 = false;
    for (const int other : {0x1301, 0xc02f, 0x009e, 0x00ac}) { // TLS 1.3's, ECDHE, DHE, RSA_PSK
        c.server_hello.what.cipher_suite = static_cast<CipherSuite>(other);
        CHECK_FALSE(dependence(c, Legacy::rsa_key_exchange));
    }
}

TEST_CASE("SHA-1 in the server's key exchange")
{
    Conversation c = builders::completed();
    ServerKeyExchange exchange;
    exchange.signature = {1};
    exchange.scheme = SignatureScheme{0x0401};
    c.server_key_exchange = builders::seen(frames::server_key_exchange, exchange);
    CHECK_FALSE(dependence(c, Legacy::sha1));
    c.server_key_exchange.what.scheme = SignatureScheme{0x0201};
    CHECK(dependence(c, Legacy::sha1) == Side::server);
    c.client_hello.what.signature_algorithms = {0x0201, 0x0203};
    CHECK(dependence(c, Legacy::sha1) == Side::client);
    c.client_hello = {};
    CHECK(dependence(c, Legacy::sha1) == Side::server);
    c.server_key_exchange.what.scheme = SignatureScheme{0x0101}; // MD5
    CHECK(dependence(c, Legacy::sha1) == Side::server);
    c.server_key_exchange.what.scheme.reset();
    CHECK_FALSE(dependence(c, Legacy::sha1));
    c.server_key_exchange.what.scheme = SignatureScheme{0x0201};
    c.server_key_exchange.what.signature.clear(); // anonymous
    CHECK_FALSE(dependence(c, Legacy::sha1));

    Conversation old = builders::completed(0x0302);
    exchange.scheme.reset();
    old.server_key_exchange = builders::seen(frames::server_key_exchange, exchange);
    CHECK(dependence(old, Legacy::sha1) == Side::server);
}

TEST_CASE("SHA-1 in the client's proof of its key")
{
    Conversation c = builders::completed();
    c.certificate_verify[Side::client] = builders::seen(frames::certificate_verify, CertificateVerify{});
    c.certificate_verify[Side::client].what.signature = {1};
    c.certificate_verify[Side::client].what.scheme = SignatureScheme{0x0201};
    CHECK(dependence(c, Legacy::sha1) == Side::client);
    c.certificate_verify[Side::client].what.scheme = SignatureScheme{0x0401};
    CHECK_FALSE(dependence(c, Legacy::sha1));
}

TEST_CASE("Groups, and certificates that nobody can read")
{
    Conversation c = builders::completed();
    CHECK_FALSE(metrics_of(c).group);
    CHECK_FALSE(metrics_of(c).offers_post_quantum);
    CHECK_FALSE(metrics_of(c).hides_certificates);
    c.server_key_exchange = builders::seen(frames::server_key_exchange, ServerKeyExchange{});
    c.server_key_exchange.what.named_group = Group{0x0017};
    CHECK(metrics_of(c).group == Group{0x0017});
    c.server_hello.what.group = Group{0x001d};
    CHECK(metrics_of(c).group == Group{0x001d});
    c.client_hello.what.groups.push_back(0x11ec);
    CHECK(metrics_of(c).offers_post_quantum);

    Conversation hidden = builders::completed(0x0304);
    CHECK(metrics_of(hidden).hides_certificates);
    hidden.decrypted = true;
    CHECK_FALSE(metrics_of(hidden).hides_certificates);
}

TEST_CASE("SHA-1 in certificates counts, but for a root's own signature")
{
    Certificate leaf, root;
    leaf.readable = root.readable = true;
    leaf.signature_digest = "SHA256";
    root.signature_digest = "SHA1";
    root.self_signed = true;
    Conversation c = builders::completed();
    c.chain[Side::server] = builders::seen(frames::server_chain, Chain{});
    c.chain[Side::server].what.certificates = {&leaf, &root};
    c.chain[Side::server].what.path = {{&leaf, &root}, &root, true};
    CHECK_FALSE(dependence(c, Legacy::sha1));
    for (const char *weak : {"SHA1", "MD5"}) {
        leaf.signature_digest = weak;
        CHECK(dependence(c, Legacy::sha1) == Side::server);
    }
    c.chain[Side::client] = std::exchange(c.chain[Side::server], {});
    CHECK(dependence(c, Legacy::sha1) == Side::client);
}

TEST_CASE("SHA-1 in the certificate of a CA counts, unless the peer may have that CA as a root")
{
    const pki::Identity root = pki::make_ca("Root");
    const pki::Identity upper = pki::issue(root, "Upper", {.ca = true});
    const pki::Identity lower = pki::issue(upper, "Lower", {.ca = true});
    const pki::Identity leaf = pki::issue(lower, "host.example");
    builders::World world;
    Conversation c = builders::completed(0x0303, world);
    builders::with_chain(c, Side::server, {leaf, lower, upper});
    CHECK(needed_signatures(c, Side::server).size() == 2); // `upper` may be a root that is cross-signed by an older one
    builders::with_chain(c, Side::server, {leaf, lower, upper, root});
    CHECK(needed_signatures(c, Side::server).size() == 3); // it is not a root, because the root was sent
    builders::with_chain(c, Side::server, {leaf, lower});
    CHECK(needed_signatures(c, Side::server).size() == 2);
    world.trusts({lower});
    CHECK(needed_signatures(c, Side::server).size() == 1);
}

TEST_CASE("Post-quantum groups are told by their names")
{
    for (const int group : {0x11ec, 0x11eb, 0x0201, 0x6399, 0x4138})
        CHECK(is_post_quantum(static_cast<Group>(group)));
    for (const int group : {0x001d, 0x0017, 0x0100, 0x7a7a})
        CHECK_FALSE(is_post_quantum(static_cast<Group>(group)));
}

static Endpoint server(std::uint8_t last, std::uint16_t port)
{
    return {{10, 0, 0, last}, 4, port};
}

TEST_CASE("A stream without TLS that comes in parts is one connection")
{
    PlainTraffic plain;
    plain.add(7, {server(1, 80), 0});
    CHECK(plain.without_data() == 1);
    plain.add(7, {server(1, 80), 100});
    plain.add(7, {server(1, 80), 0});
    plain.add(7, {server(1, 80), 50});
    CHECK(plain.without_data() == 0);
    REQUIRE(plain.ports().size() == 1);
    CHECK(plain.ports().at(80).connections == 1);
    CHECK(plain.ports().at(80).bytes == 150);
}

TEST_CASE("Of many servers on a port only the first are told apart")
{
    PlainTraffic plain;
    for (std::uint32_t stream = 0; stream < 100; ++stream)
        plain.add(stream, {server(static_cast<std::uint8_t>(stream), 25), 1});
    CHECK(plain.ports().at(25).connections == 100);
    CHECK(plain.ports().at(25).servers.size() == PlainTraffic::max_servers);
    CHECK(plain.ports().at(25).to_others == 100 - PlainTraffic::max_servers);
}
