// Tests the diagnosis no_shared_sigalg.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis no_shared_sigalg;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation refused(std::string_view alert, std::vector<SignatureScheme> schemes, World &world = plain_world())
{
    Conversation c = hello(world);
    c.client_hello.what.signature_algorithms = std::move(schemes);
    end(c, Side::server, EndReason::alert, alert);
    return c;
}

TEST_CASE("no_shared_sigalg: what the server signed with for others")
{
    World world;
    ServerHistory &others = world.history.servers[hello(world).server];
    others.versions = {{0x0303, 2}};
    others.cipher_suites = {{0xc02f, 2}};
    others.schemes = {{0x0503, 2}};
    others.completed = 3;
    SECTION("is all that is missing")
    {
        Conversation c = refused("handshake_failure", {0x0403, 0x0804}, world);
        const Findings found = play(no_shared_sigalg, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(has(found[0].detail, "ecdsa_secp384r1_sha384 (frame 2)"));
        CHECK(found[0].because ==
              "the server cannot sign with any algorithm that the client accepts: the client offers the signature "
              "algorithms ecdsa_secp256r1_sha256, "
              "rsa_pss_rsae_sha256; in other conversations this server signed with ecdsa_secp384r1_sha384 (frame 2)");
        CHECK(found[0].side == Party::client);
        CHECK(found[0].evidence == std::vector<std::uint32_t>{frames::client_hello, 2});
        CHECK(no_shared_sigalg.explains(c, found[0]) == Fit::good);
    }
    SECTION("a close is a guess")
    {
        Conversation c = hello(world);
        end(c, Side::server, EndReason::closed);
        CHECK(fit(no_shared_sigalg, c) == Fit::possible);
        CHECK(c.findings[0].certainty == Certainty::guess);
    }
    SECTION("one kind of key only, but something else is missing as well")
    {
        others.versions = {{0x0302, 2}};
        Conversation c = refused("handshake_failure", {0x0403}, world);
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("this client accepts it, too")
    {
        Conversation c = refused("handshake_failure", {0x0403, 0x0804, 0x0503}, world);
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("the suite is missing as well")
    {
        others.cipher_suites = {{0xc030, 2}};
        Conversation c = refused("handshake_failure", {0x0403, 0x0804}, world);
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("an alert that says another thing")
    {
        Conversation c = refused("protocol_version", {0x0403, 0x0804}, world);
        CHECK(play(no_shared_sigalg, c).empty());
    }
}

TEST_CASE("no_shared_sigalg: one kind of key only, and the suites do not say so")
{
    struct Row {
        std::vector<SignatureScheme> schemes;
        std::vector<CipherSuite> suites;
        std::vector<Version> versions;
        const char *only; // the kind of key that the client accepts; nullptr: nothing is found
    };
    const Row rows[] = {
        {{0x0403, 0x0503}, {0x1301}, {0x0304}, "ECDSA"},
        {{0x0804, 0x0401}, {0x1301}, {0x0304}, "RSA"},
        {{0x0403, 0x0804}, {0x1301}, {0x0304}, nullptr},         // both
        {{0x0403}, {0xc02b, 0xc02f}, {0x0303}, "ECDSA"},         // with suites for RSA
        {{0x0403}, {0xc02b, 0xc02c}, {0x0303}, nullptr},         // like the suites: could be either
        {{0x0804}, {0xc02b, 0xc02f}, {0x0303}, "RSA"},           // with suites for ECDSA
        {{0x0804}, {0xc02f, 0xc030}, {0x0303}, nullptr},         // like the suites: could be either
        {{0x0804}, {0x1301, 0xc02f}, {0x0304, 0x0303}, nullptr}, // in TLS 1.2 the suites decide
        {{0x0807, 0x0808}, {0x1301}, {0x0304}, "EdDSA"},
        {{0x0905, 0x0906, 0x0904}, {0x1301}, {0x0304}, "ML-DSA"},
        {{0x0905, 0x0403}, {0x1301}, {0x0304}, nullptr},
        {{0x0807}, {0xc02b, 0xc02f}, {0x0303}, "EdDSA"},         // with suites for both
        {{}, {0x1301}, {0x0304}, nullptr},                       // no extension
        {{0x0403, 0x0401}, {0xc02b, 0xc02f}, {0x0303}, nullptr}, // both
    };
    for (const Row &row : rows) {
        Conversation c = refused("handshake_failure", row.schemes);
        c.client_hello.what.cipher_suites = row.suites;
        c.client_hello.what.supported_versions = row.versions;
        const Findings found = play(no_shared_sigalg, c);
        REQUIRE(found.size() == (row.only ? 1u : 0u));
        if (row.only) {
            CHECK(found[0].certainty == Certainty::guess);
            CHECK(no_shared_sigalg.explains(c, found[0]) == Fit::possible);
            CHECK(has(found[0].detail, std::string{"does not have a key for "} + row.only + " can use none"));
        }
    }
    Conversation another_alert = refused("unrecognized_name", {0x0403});
    another_alert.client_hello.what.supported_versions = {0x0304};
    CHECK(play(no_shared_sigalg, another_alert).empty());
    Conversation closed = hello();
    closed.client_hello.what.signature_algorithms = {0x0403};
    end(closed, Side::server, EndReason::closed);
    CHECK(play(no_shared_sigalg, closed).empty());
}

TEST_CASE("no_shared_sigalg: signed in a way that the client did not offer")
{
    Conversation c = answered();
    ServerKeyExchange exchange;
    exchange.scheme = 0x0201;
    c.server_key_exchange = seen(frames::server_key_exchange, exchange);
    SECTION("the client says so")
    {
        end(c, Side::client, EndReason::alert, "illegal_parameter");
        const Findings found = play(no_shared_sigalg, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].side == Party::server);
        CHECK(has(found[0].detail, "the server signs with rsa_pkcs1_sha1"));
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(found[0].evidence == std::vector<std::uint32_t>{frames::client_hello, frames::server_key_exchange});
        CHECK(no_shared_sigalg.explains(c, found[0]) == Fit::exact);
    }
    SECTION("the client says no more than that it failed")
    {
        end(c, Side::client, EndReason::alert, "handshake_failure");
        CHECK(fit(no_shared_sigalg, c) == Fit::exact);
    }
    SECTION("the client says another thing, or nothing")
    {
        Conversation closed = c;
        end(c, Side::client, EndReason::alert, "internal_error");
        CHECK(fit(no_shared_sigalg, c) == Fit::possible);
        end(closed, Side::client, EndReason::closed);
        CHECK(fit(no_shared_sigalg, closed) == Fit::possible);
    }
    SECTION("before TLS 1.2 it does not say how it signs")
    {
        c.server_key_exchange.what.scheme.reset();
        end(c, Side::client, EndReason::alert, "illegal_parameter");
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("without the extension the server is free to choose")
    {
        c.client_hello.what.signature_algorithms.clear();
        end(c, Side::client, EndReason::alert, "illegal_parameter");
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("the ClientHello was not captured")
    {
        c.client_hello = {};
        end(c, Side::client, EndReason::alert, "illegal_parameter");
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("it was offered")
    {
        c.client_hello.what.signature_algorithms.push_back(0x0201);
        end(c, Side::client, EndReason::alert, "illegal_parameter");
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("nobody minds")
    {
        complete(c);
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("the server ends it")
    {
        end(c, Side::server, EndReason::alert, "illegal_parameter");
        CHECK(play(no_shared_sigalg, c).empty());
    }
}

TEST_CASE("no_shared_sigalg: the server's CertificateVerify in a way that the client did not offer")
{
    const auto signed_by = [](Side side, std::optional<SignatureScheme> scheme) {
        Conversation c = answered(0x0304);
        CertificateVerify verify;
        verify.scheme = scheme;
        c.certificate_verify[side] = seen(frames::certificate_verify, verify);
        end(c, Side::client, EndReason::alert, "illegal_parameter");
        return play(no_shared_sigalg, c);
    };
    const Findings found = signed_by(Side::server, 0x0806);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "the server signs with rsa_pss_rsae_sha512"));
    CHECK(found[0].evidence.back() == frames::certificate_verify);
    CHECK(signed_by(Side::server, 0x0804).empty());
    CHECK(signed_by(Side::server, std::nullopt).empty());
    CHECK(signed_by(Side::client, 0x0806).empty());
}

TEST_CASE("no_shared_sigalg: six algorithms are named and the others counted")
{
    const auto detail = [](std::vector<SignatureScheme> schemes) {
        Conversation c = refused("handshake_failure", std::move(schemes));
        c.client_hello.what.supported_versions = {0x0304};
        return play(no_shared_sigalg, c).at(0).detail;
    };
    CHECK(has(detail({0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601}), ", rsa_pkcs1_sha512; a server"));
    CHECK(has(detail({0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201}), ", rsa_pkcs1_sha512 and 1 more;"));
}

TEST_CASE("no_shared_sigalg: a ClientHello of TLS 1.3 without the extension")
{
    Conversation c = refused("missing_extension", {});
    CHECK(fit(no_shared_sigalg, c) == Fit::good);
    CHECK(has(c.findings[0].detail,
              "the client offers no signature algorithms; the server reports a missing extension (109)"));
    Conversation with = refused("missing_extension", {0x0403, 0x0804});
    CHECK(play(no_shared_sigalg, with).empty());
}
