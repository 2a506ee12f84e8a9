// SPDX-License-Identifier: GPL-2.0-or-later
#include "catch.hpp"
#include "facts.hpp"

using namespace tlsdiag;
using namespace tlsdiag::facts;

static Conversation refused(std::string_view alert, std::vector<SignatureScheme> schemes, World &world = plain_world())
{
    Conversation c = hello(world);
    c.client_hello.what.signature_algorithms = std::move(schemes);
    end(c, Side::server, How::alert, alert);
    return c;
}

TEST_CASE("no_shared_sigalg: what the server signed with for others")
{
    World world;
    ServerHistory &others = world.knowledge.servers[hello(world).server];
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
        CHECK(no_shared_sigalg.explains(c, found[0]) == Fit::good);
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
        bool fires;
    };
    const Row rows[] = {
        {{0x0403, 0x0503}, {0x1301}, {0x0304}, true},          // ECDSA alone
        {{0x0804, 0x0401}, {0x1301}, {0x0304}, true},          // RSA alone
        {{0x0403, 0x0804}, {0x1301}, {0x0304}, false},         // both
        {{0x0403}, {0xc02b, 0xc02f}, {0x0303}, true},          // with suites for RSA
        {{0x0403}, {0xc02b, 0xc02c}, {0x0303}, false},         // as the suites: could be either
        {{0x0807}, {0x1301}, {0x0304}, false},                 // Ed25519: another story
        {{}, {0x1301}, {0x0304}, false},                       // nothing is said
        {{0x0403, 0x0401}, {0xc02b, 0xc02f}, {0x0303}, false}, // both
    };
    for (const Row &row : rows) {
        Conversation c = refused("handshake_failure", row.schemes);
        c.client_hello.what.cipher_suites = row.suites;
        c.client_hello.what.supported_versions = row.versions;
        const Findings found = play(no_shared_sigalg, c);
        REQUIRE(found.size() == row.fires);
        if (row.fires)
            CHECK(found[0].certainty == Certainty::guess);
    }
}

TEST_CASE("no_shared_sigalg: signed in a way that the client did not offer")
{
    Conversation c = answered();
    ServerKeyExchange exchange;
    exchange.scheme = 0x0201;
    c.server_key_exchange = seen(frames::server_key_exchange, exchange);
    SECTION("the client says so")
    {
        end(c, Side::client, How::alert, "illegal_parameter");
        const Findings found = play(no_shared_sigalg, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].side == Party::server);
        CHECK(has(found[0].detail, "the server signs with rsa_pkcs1_sha1"));
        CHECK(no_shared_sigalg.explains(c, found[0]) == Fit::exact);
    }
    SECTION("it was offered")
    {
        c.client_hello.what.signature_algorithms.push_back(0x0201);
        end(c, Side::client, How::alert, "illegal_parameter");
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("nobody minds")
    {
        complete(c);
        CHECK(play(no_shared_sigalg, c).empty());
    }
    SECTION("the server ends it")
    {
        end(c, Side::server, How::alert, "illegal_parameter");
        CHECK(play(no_shared_sigalg, c).empty());
    }
}

TEST_CASE("no_shared_sigalg: a ClientHello of TLS 1.3 without the extension")
{
    Conversation c = refused("missing_extension", {});
    CHECK(fit(no_shared_sigalg, c) == Fit::good);
    Conversation with = refused("missing_extension", {0x0403, 0x0804});
    CHECK(play(no_shared_sigalg, with).empty());
}
