// Tests QUIC packets, as far as the core reads them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/catch.hpp"
#include "support/wire.hpp"

namespace tlsdiag {
extern const Diagnosis handshake_failure_unexplained, no_server_reply, quic_version_negotiation, server_cert_rejected,
    version_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::bytes;

// One datagram a call, alternating directions.
class Quic {
public:
    // With the message that the dissector finds in it.
    Quic &packet(Side from, const Octets &packet, const Octets &message = {}, const Octets &close = {})
    {
        const Endpoint client{{10, 0, 0, 1}, 4, 40000}, server{{10, 0, 0, 2}, 4, 443};
        capture.begin_frame({{++frame_, wire::start + frame_ * second},
                             from == Side::client ? client : server,
                             from == Side::client ? server : client});
        capture.quic(0, packet);
        if (!message.empty())
            capture.carrier().message(message);
        if (!close.empty())
            capture.carrier().quic_close(close.front(), Bytes{close}.subspan(1));
        capture.end_frame();
        return *this;
    }
    Quic &other_packet(double seconds)
    {
        frame_ += static_cast<std::uint32_t>(seconds);
        capture.begin_frame({{frame_, wire::start + frame_ * second}, {}, {}});
        capture.end_frame();
        return *this;
    }
    Capture capture{Settings{.trust_store = "none", .size_table = "", .silence = 3 * second}};

private:
    std::uint32_t frame_ = 0;
};

static Octets initial(std::uint32_t version)
{
    return cat(u8(0xc0), u32(version), u8(4), filled(4, 1), u8(4), filled(4, 2), u8(0), u8(8), filled(8, 3));
}

static Octets negotiation(const Octets &versions)
{
    return cat(u8(0x80), u32(0), u8(4), filled(4, 2), u8(4), filled(4, 1), versions);
}

static const Finding *negotiated(const Summary &summary)
{
    const auto found = std::find_if(summary.findings.begin(), summary.findings.end(),
                                    [](const Finding &one) { return one.diagnosis == &quic_version_negotiation; });
    return found == summary.findings.end() ? nullptr : &*found;
}

TEST_CASE("QUIC: a Version Negotiation packet begins a conversation where no ClientHello could be read")
{
    Quic quic;
    quic.packet(Side::client, initial(0x1a2a3a4a)).packet(Side::server, negotiation(cat(u32(1), u32(0xff00001d))));
    const Summary summary = quic.capture.results().summary(0);
    const Finding *finding = negotiated(summary);
    REQUIRE(finding);
    CHECK(finding->frame == 2);
    CHECK(finding->detail == "the client tried version 0x1a2a3a4a (reserved); the server supports 1, draft 29");
    CHECK(summary.client.port == 40000);
}

TEST_CASE("QUIC: its list is bounded, and may be cut short")
{
    Quic quic;
    Octets many;
    for (std::uint32_t i = 0; i < 1000; ++i)
        many = cat(many, u32(0x51303500 + i));
    quic.packet(Side::server, negotiation(many));
    const Summary summary = quic.capture.results().summary(0);
    REQUIRE(negotiated(summary));
    CHECK(negotiated(summary)->detail.find("and 26 more") != std::string::npos);

    Quic cut;
    const Octets whole = negotiation(u32(1));
    for (std::size_t size = 0; size < whole.size(); ++size)
        cut.packet(Side::server, Octets{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    CHECK(cut.capture.results().conversations() == 0);
}

TEST_CASE("QUIC: other packets begin none")
{
    Quic quic;
    quic.packet(Side::client, initial(1))
        .packet(Side::server, initial(1))
        .packet(Side::server, cat(u8(0x40), filled(30)));
    CHECK(quic.capture.results().conversations() == 0);
}

TEST_CASE("QUIC: all packets count, and the client's last Handshake packet ends the handshake")
{
    const auto long_header = [](std::uint8_t first) {
        return cat(u8(first), u32(1), u8(4), filled(4, 1), u8(4), filled(4, 2), u8(8), filled(8, 3));
    };
    const Octets handshake = long_header(0xe0), one_rtt = cat(u8(0x40), filled(20, 3));
    Quic quic;
    quic.capture.keep_metrics();
    quic.packet(Side::client, initial(1), client_hello(tls13_client()));
    quic.packet(Side::server, initial(1), server_hello(tls13_server()));
    quic.packet(Side::server, handshake).packet(Side::client, handshake).packet(Side::client, handshake);
    quic.packet(Side::client, one_rtt).packet(Side::server, one_rtt).packet(Side::client, handshake);
    const Summary summary = quic.capture.results().summary(0);
    REQUIRE(summary.verdict.outcome == Outcome::completed);
    CHECK(summary.metrics->durations.tls == Approx(4)); // from the first packet to the fifth
    CHECK(summary.metrics->durations.server < 0);       // the round-trip time is not known
    CHECK(summary.metrics->bytes[Side::client] == initial(1).size() + 3 * handshake.size() + one_rtt.size());
    CHECK(summary.metrics->bytes[Side::server] == initial(1).size() + handshake.size() + one_rtt.size());
}

// ---- Several connections on one pair of ports ----

static Octets id(std::uint8_t value, std::size_t size = 8)
{
    return filled(size, value);
}

static Octets long_header(std::uint8_t first, const Octets &destination, const Octets &source, std::size_t length = 60,
                          std::uint32_t version = 1)
{
    const bool is_initial = (first & 0x30) == 0;
    return cat(u8(first), u32(version), vector8(destination), vector8(source), is_initial ? u8(0) : Octets{},
               u16(0x4000 | length), filled(length, 3));
}

static Octets client_initial(const Octets &destination, const Octets &source = {})
{
    return long_header(0xc0, destination, source, 200);
}

static Octets short_header(const Octets &destination)
{
    return cat(u8(0x40), destination, filled(24, 9));
}

static Octets hello_with(std::uint8_t random)
{
    ClientHelloFields fields = tls13_client();
    fields.random = filled(32, random);
    return client_hello(fields);
}

static Outcome outcome(const Quic &quic, std::uint32_t number)
{
    return quic.capture.results().summary(number).verdict.outcome;
}

static void completes(Quic &quic, const Octets &client, const Octets &server, const Octets &first, std::uint8_t random)
{
    quic.packet(Side::client, client_initial(first, client), hello_with(random));
    quic.packet(Side::server, long_header(0xc0, client, server), server_hello(tls13_server()));
    quic.packet(Side::server, long_header(0xe0, client, server, 900));
    quic.packet(Side::client, long_header(0xe0, server, client, 60));
    quic.packet(Side::client, short_header(server)).packet(Side::server, short_header(client));
}

TEST_CASE("QUIC: a failure, then another connection from the same port")
{
    const bool has_ids = GENERATE(true, false); // clients may have ids of length 0
    const Octets own = has_ids ? id(0xc1, 4) : Octets{}, other = has_ids ? id(0xc2, 4) : Octets{};
    Quic quic;
    quic.packet(Side::client, client_initial(id(1), own), hello_with(1));
    quic.packet(Side::server, long_header(0xc0, own, id(0x51, 4)));
    quic.capture.begin_frame({{100, wire::start + 100 * second}, {{10, 0, 0, 2}, 4, 443}, {{10, 0, 0, 1}, 4, 40000}});
    quic.capture.quic(0, long_header(0xc0, own, id(0x51, 4)));
    quic.capture.carrier().quic_close(0x0178, {});
    quic.capture.end_frame();
    quic.other_packet(101);
    completes(quic, other, id(0x52, 4), id(2), 2);
    REQUIRE(quic.capture.results().conversations() == 2);
    CHECK(outcome(quic, 0) == Outcome::failed);
    CHECK(outcome(quic, 1) == Outcome::completed);
}

TEST_CASE("QUIC: two connections at once")
{
    const Octets a = id(0xc1, 4), b = id(0xc2, 4), server_a = id(0x51, 5), server_b = id(0x52, 5);
    Quic quic;
    quic.packet(Side::client, client_initial(id(1), a), hello_with(1));
    quic.packet(Side::client, client_initial(id(2), b), hello_with(2));
    quic.packet(Side::server, long_header(0xc0, b, server_b), server_hello(tls13_server()));
    quic.packet(Side::server, long_header(0xc0, a, server_a), server_hello(tls13_server()));
    quic.packet(Side::client, long_header(0xe0, server_a, a)).packet(Side::client, short_header(server_a));
    quic.packet(Side::server, short_header(a));
    CHECK(outcome(quic, 0) == Outcome::completed);
    CHECK(outcome(quic, 1) != Outcome::completed);
    quic.packet(Side::client, short_header(server_b)).packet(Side::server, short_header(b));
    CHECK(outcome(quic, 1) == Outcome::completed);
    CHECK(quic.capture.results().conversations() == 2);
}

TEST_CASE("QUIC: new ids and a Retry make no new connection")
{
    Quic quic;
    quic.packet(Side::client, client_initial(id(1), id(0xc1)), hello_with(1));
    quic.packet(Side::server, cat(u8(0xf0), u32(1), vector8(id(0xc1)), vector8(id(0x60)), filled(30, 5)));
    quic.packet(Side::client, client_initial(id(0x60), id(0xc1)), hello_with(1));
    quic.packet(Side::server, long_header(0xc0, id(0xc1), id(0x51)), server_hello(tls13_server()));
    quic.packet(Side::client, client_initial(id(0x99), id(0xc1))); // to an id that the server sent encrypted
    quic.packet(Side::client, long_header(0xe0, id(0x99), id(0xc1)));
    quic.packet(Side::client, short_header(id(0x99))).packet(Side::server, short_header(id(0xc1)));
    CHECK(quic.capture.results().conversations() == 1);
    CHECK(outcome(quic, 0) == Outcome::completed);
}

TEST_CASE("QUIC: a Version Negotiation packet refuses the client, which may come again")
{
    Quic quic;
    quic.packet(Side::client, client_initial(id(1)), hello_with(1));
    quic.packet(Side::server, cat(u8(0x80), u32(0), u8(0), vector8(id(1)), u32(0x6b3343cf), u32(0x7aeaca8a)));
    quic.packet(Side::client, client_initial(id(1)), {}, cat(u8(1), text("closing connection")));
    completes(quic, {}, id(0x52, 4), id(2), 2);
    REQUIRE(quic.capture.results().conversations() == 2);
    const Summary summary = quic.capture.results().summary(0);
    CHECK(summary.verdict.outcome == Outcome::failed);
    CHECK(summary.verdict.cause == &version_mismatch);
    CHECK(summary.verdict.sentence.find("tried QUIC version 1; the server supports 2") != std::string::npos);
    CHECK(outcome(quic, 1) == Outcome::completed);

    Quic listed; // a forged or late one: it lists the client's version
    listed.packet(Side::client, client_initial(id(1)), hello_with(1));
    listed.packet(Side::server, cat(u8(0x80), u32(0), u8(0), vector8(id(1)), u32(1)));
    CHECK(outcome(listed, 0) == Outcome::unfinished);
}

// ---- How it ends ----

static bool has(const Summary &summary, const Diagnosis &diagnosis)
{
    return std::ranges::find(summary.findings, &diagnosis, &Finding::diagnosis) != summary.findings.end();
}

TEST_CASE("QUIC: the client gives up on a silent server")
{
    Quic quic;
    quic.packet(Side::client, client_initial(id(1)), hello_with(1));
    quic.packet(Side::client, client_initial(id(1))).packet(Side::client, client_initial(id(1)));
    SECTION("after a long wait")
    {
        quic.packet(Side::client, client_initial(id(1)), {}, u8(0));
    }
    SECTION("or it says so")
    {
        quic.packet(Side::client, client_initial(id(1)), {}, cat(u8(1), text("Handshake Timed Out")));
    }
    SECTION("or it just stops")
    {
        quic.other_packet(5);
    }
    const Summary summary = quic.capture.results().summary(0);
    CHECK(summary.verdict.outcome == Outcome::failed);
    CHECK(summary.verdict.cause == &no_server_reply);
    CHECK_FALSE(has(summary, handshake_failure_unexplained));
}

TEST_CASE("QUIC: where only the client's packets were captured, the end is not seen")
{
    Quic quic;
    quic.packet(Side::client, client_initial(id(1)), hello_with(1));
    SECTION("it answers what is missing")
    {
        quic.packet(Side::client, long_header(0xe0, id(0x51), {}, 25)).other_packet(5);
    }
    SECTION("it closes at once")
    {
        quic.packet(Side::client, client_initial(id(1)), {}, u8(1));
    }
    const Summary summary = quic.capture.results().summary(0);
    CHECK(summary.verdict.outcome == Outcome::unseen);
    for (const Finding &finding : summary.findings)
        CHECK(finding.diagnosis->severity != Severity::error);
}

TEST_CASE("QUIC: without keys, a close can only be told from the silence after it")
{
    Quic quic;
    quic.packet(Side::client, client_initial(id(1), id(0xc1)), hello_with(1));
    quic.packet(Side::server, long_header(0xc0, id(0xc1), id(0x51)), server_hello(tls13_server()));
    quic.packet(Side::server, long_header(0xe0, id(0xc1), id(0x51), 900));
    SECTION("the capture ends with it")
    {
        quic.packet(Side::client, long_header(0xe0, id(0x51), id(0xc1), 21));
        const Summary summary = quic.capture.results().summary(0);
        CHECK(summary.verdict.outcome == Outcome::unseen);
        CHECK(summary.findings.empty());
    }
    SECTION("the capture goes on")
    {
        quic.packet(Side::client, long_header(0xe0, id(0x51), id(0xc1), 21)).other_packet(5);
        const Summary summary = quic.capture.results().summary(0);
        CHECK(summary.verdict.outcome == Outcome::failed);
        CHECK(summary.verdict.cause == &server_cert_rejected);
        CHECK(summary.verdict.certainty == Certainty::guess);
    }
    SECTION("the server sends its flight again: an acknowledgment was in it")
    {
        quic.packet(Side::client, long_header(0xe0, id(0x51), id(0xc1), 24));
        quic.packet(Side::server, long_header(0xe0, id(0xc1), id(0x51), 900)).other_packet(5);
        CHECK(outcome(quic, 0) == Outcome::unseen);
    }
    SECTION("the client's Finished can be in it")
    {
        quic.packet(Side::client, long_header(0xe0, id(0x51), id(0xc1), 60)).other_packet(5);
        CHECK(outcome(quic, 0) == Outcome::unseen);
    }
}

TEST_CASE("QUIC: packets cut anywhere")
{
    const Octets whole = cat(long_header(0xc0, id(1), id(2)), long_header(0xe0, id(1), id(2)), short_header(id(1)));
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        std::size_t packets = 0;
        each_quic_packet(Bytes{whole}.first(size), [&](const QuicPacket &) { ++packets; });
        CHECK(packets <= 3);
        if (size == whole.size())
            CHECK(packets == 3);
    }
}
