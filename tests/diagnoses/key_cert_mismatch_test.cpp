// Tests the diagnosis key_cert_mismatch.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/signatures.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis key_cert_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;
using Type = HandshakeType;

namespace {

Octets sign(const pki::Identity &identity, Bytes content)
{
    const openssl::DigestContextOwner context{EVP_MD_CTX_new()};
    Octets signature(1'024);
    std::size_t size = signature.size();
    REQUIRE(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, identity.key.get()) == 1);
    REQUIRE(EVP_DigestSign(context.get(), signature.data(), &size, content.data(), content.size()) == 1);
    signature.resize(size);
    return signature;
}

Octets operator+(Octets one, const Octets &other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

constexpr SignatureScheme ecdsa_sha256 = 0x0403, rsa_sha256 = 0x0401;
const Octets client_random(32, 0xc1), server_random(32, 0x5e), params{3, 0, 29, 1, 9};
const Octets key_exchange_content = client_random + server_random + params;

// A server with the certificate of `shown` has sent a ServerKeyExchange with this signature; the client refuses it.
Conversation refused(const pki::Identity &shown, const Octets &signature, std::string_view alert = "decrypt_error",
                     SignatureScheme scheme = ecdsa_sha256)
{
    Conversation c = failed_by(Side::client, alert);
    c.client_hello.what.random = client_random;
    c.server_hello.what.random = server_random;
    with_chain(c, Side::server, {shown});
    ServerKeyExchange exchange;
    exchange.params = params;
    exchange.scheme = scheme;
    exchange.signature = signature;
    c.server_key_exchange = seen(frames::server_key_exchange, std::move(exchange));
    return c;
}

const pki::Identity shown = pki::self_signed("host.example"), other = pki::self_signed("host.example");
const pki::Identity rsa = pki::self_signed("host.example", {.key = "RSA-1024"});
const pki::Identity other_rsa = pki::self_signed("host.example", {.key = "RSA-1024"});

} // namespace

TEST_CASE("key_cert_mismatch: ServerKeyExchange")
{
    const Octets altered = client_random + client_random + params;
    struct Case {
        const char *name;
        Conversation conversation;
        bool fires;
    };
    std::vector<Case> cases{
        {"another key", refused(shown, sign(other, key_exchange_content)), true},
        {"another RSA key", refused(rsa, sign(other_rsa, key_exchange_content), "decrypt_error", rsa_sha256), true},
        {"a key of another kind", refused(rsa, sign(other, key_exchange_content)), true},
        {"a damaged signature", refused(shown, params), true},
        {"Java's word for it", refused(shown, sign(other, key_exchange_content), "handshake_failure"), true},
        {"the right key", refused(shown, sign(shown, key_exchange_content)), false},
        {"the right RSA key", refused(rsa, sign(rsa, key_exchange_content), "decrypt_error", rsa_sha256), false},
        {"the right RSA key, and a hello that was altered on the way",
         refused(rsa, sign(rsa, altered), "decrypt_error", rsa_sha256), false},
        {"a scheme that is not known", refused(shown, sign(other, key_exchange_content), "decrypt_error", 0x0708),
         false},
        {"no signature: an anonymous suite", refused(shown, {}), false},
    };
    const auto hole = [&](const char *name, auto make) {
        cases.push_back({name, refused(shown, sign(other, key_exchange_content)), false});
        make(cases.back().conversation);
    };
    hole("bytes of the server are missing", [](Conversation &c) { c.gaps.bytes_missing[Side::server] = 1; });
    hole("the capture began later", [](Conversation &c) { c.gaps.started_midway = true; });
    hole("packets were cut short", [](Conversation &c) { c.gaps.truncated = true; });
    hole("no ClientHello", [](Conversation &c) { c.client_hello = {}; });
    hole("an SSLv2 hello with a short challenge", [](Conversation &c) { c.client_hello.what.random.resize(16); });
    hole("a draft of TLS 1.3", [](Conversation &c) { c.server_hello.what.version = 0x7f12; });
    hole("SSL 3.0", [](Conversation &c) { c.server_hello.what.version = 0x0300; });
    hole("no certificate", [](Conversation &c) { c.chain[Side::server] = {}; });
    for (Case &one : cases) {
        INFO(one.name);
        const Findings found = play(key_cert_mismatch, one.conversation);
        REQUIRE(found.size() == (one.fires ? 1u : 0u));
        if (one.fires) {
            CHECK(found[0].side == Party::server);
            CHECK(found[0].certainty == Certainty::proven);
            CHECK(has(found[0].detail, "ServerKeyExchange"));
            CHECK(found[0].evidence == std::vector{frames::server_chain, frames::server_key_exchange});
        }
    }
}

TEST_CASE("key_cert_mismatch: CertificateVerify")
{
    const Version version = GENERATE(Version{0x0303}, Version{0x0304});
    const Side side = GENERATE(Side::server, Side::client);
    const bool tls13 = version == 0x0304;
    if (side == Side::server && !tls13)
        return;
    Conversation c = failed_by(peer(side), "decrypt_error", version);
    c.decrypted = tls13;
    const auto server = [&](Type type) { c.transcript.server_sent(type, params, std::nullopt); };
    const auto client = [&](Type type) { c.transcript.client_sent(type, params, std::nullopt); };
    client(Type::client_hello);
    server(Type::server_hello);
    if (tls13) {
        for (const Type type : {Type::encrypted_extensions, Type::certificate_request, Type::certificate,
                                Type::certificate_verify, Type::finished})
            server(type);
        client(Type::certificate);
    } else {
        for (const Type type : {Type::certificate, Type::certificate_request, Type::server_hello_done})
            server(type);
        client(Type::certificate);
        client(Type::client_key_exchange);
    }
    client(Type::certificate_verify);

    Octets content =
        side == Side::server ? c.transcript.before_server_verify(0x1301) : c.transcript.before_client_verify(0x1301);
    REQUIRE_FALSE(content.empty());
    if (tls13)
        content = certificate_verify_content(side == Side::server, transcript_hash(0x1301, content));
    with_chain(c, side, {shown});
    const auto signed_by = [&](const pki::Identity &identity) {
        Conversation made = c;
        made.certificate_verify[side] =
            seen(frames::certificate_verify, CertificateVerify{ecdsa_sha256, sign(identity, content)});
        return made;
    };
    Conversation wrong = signed_by(other), right = signed_by(shown), forgotten = signed_by(other);
    const Findings found = play(key_cert_mismatch, wrong);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == party(side));
    CHECK(has(found[0].detail, "CertificateVerify"));
    CHECK(play(key_cert_mismatch, right).empty());
    forgotten.transcript.forget();
    CHECK(play(key_cert_mismatch, forgotten).empty());
}

TEST_CASE("key_cert_mismatch: an alert in clear, of a flight that is encrypted")
{
    Conversation c = failed_by(Side::client, "decrypt_error", 0x0304);
    const Findings found = play(key_cert_mismatch, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(key_cert_mismatch.explains(c, found[0]) == Fit::exact);

    const auto silent = [](const char *name, Conversation other, auto change) {
        INFO(name);
        change(other);
        CHECK(play(key_cert_mismatch, other).empty());
    };
    silent("resumed", c, [](Conversation &one) { one.resumed = true; });
    silent("bytes missing", c, [](Conversation &one) { one.gaps.bytes_missing[Side::server] = 9; });
    silent("decrypted, and no certificate in it", c, [](Conversation &one) { one.decrypted = true; });
    silent("TLS 1.2", failed_by(Side::client, "decrypt_error"), [](Conversation &) {});
    silent("by the server", failed_by(Side::server, "decrypt_error", 0x0304), [](Conversation &) {});
    silent("another alert", failed_by(Side::client, "unknown_ca", 0x0304), [](Conversation &) {});
}

TEST_CASE("key_cert_mismatch: how well it explains")
{
    const Octets bad = sign(other, key_exchange_content);
    const std::pair<const char *, Fit> alerts[] = {
        {"decrypt_error", Fit::exact}, {"handshake_failure", Fit::good}, {"unexpected_message", Fit::good},
        {"bad_record_mac", Fit::good}, {"unknown_ca", Fit::none},        {"certificate_expired", Fit::none},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = refused(shown, bad, alert);
        CHECK(fit(key_cert_mismatch, c) == expected);
    }
    Conversation closed = refused(shown, bad);
    end(closed, Side::client, EndReason::closed);
    CHECK(fit(key_cert_mismatch, closed) == Fit::good);
    end(closed, Side::server, EndReason::alert, "internal_error");
    CHECK(key_cert_mismatch.explains(closed, closed.findings.front()) == Fit::none);
}
