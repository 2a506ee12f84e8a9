// Tests the diagnosis no_shared_cipher.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis no_shared_cipher;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation refused(std::string_view alert, std::vector<CipherSuite> suites, World &world = plain_world())
{
    Conversation c = hello(world);
    c.client_hello.what.cipher_suites = std::move(suites);
    end(c, Side::server, EndReason::alert, alert);
    return c;
}

TEST_CASE("no_shared_cipher: insufficient_security says it")
{
    Conversation c = refused("insufficient_security", {0xc02f});
    const Findings found = play(no_shared_cipher, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(has(found[0].detail, "the client offers 1 cipher suite: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
    CHECK(no_shared_cipher.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("no_shared_cipher: handshake_failure alone does not")
{
    Conversation c = refused("handshake_failure", {0xc02f, 0x1301});
    CHECK(play(no_shared_cipher, c).empty());
}

TEST_CASE("no_shared_cipher: only suites that nobody should accept")
{
    Conversation c = refused("handshake_failure", {0x0005, 0x000a, 0x0003});
    const Findings found = play(no_shared_cipher, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(no_shared_cipher.explains(c, found[0]) == Fit::possible);
    Conversation one_good = refused("handshake_failure", {0x0005, 0x000a, 0xc02f});
    CHECK(play(no_shared_cipher, one_good).empty());
    Conversation none = refused("handshake_failure", {});
    CHECK(play(no_shared_cipher, none).empty());
}

TEST_CASE("no_shared_cipher: what makes a suite obsolete and what does not")
{
    const std::pair<CipherSuite, bool> suites[] = {
        {0x003b, true},  // NULL
        {0x00a6, true},  // anon, with AES in GCM
        {0x0008, true},  // EXPORT: DES40
        {0x0006, true},  // EXPORT: RC2
        {0x0005, true},  // RC4
        {0x0009, true},  // DES
        {0x000a, true},  // 3DES
        {0x002f, false}, // AES in CBC, without forward secrecy: weak, but accepted
        {0xc0ff, false}, // unknown
    };
    for (const auto &[suite, obsolete] : suites) {
        CAPTURE(suite);
        Conversation c = refused("handshake_failure", {suite});
        CHECK(play(no_shared_cipher, c).size() == (obsolete ? 1u : 0u));
    }
    Conversation another_alert = refused("protocol_version", {0x0005});
    CHECK(play(no_shared_cipher, another_alert).empty());
    Conversation closed = hello();
    closed.client_hello.what.cipher_suites = {0x0005};
    end(closed, Side::server, EndReason::closed);
    CHECK(play(no_shared_cipher, closed).empty());
}

TEST_CASE("no_shared_cipher: signalling values are no suites")
{
    Conversation c = refused("handshake_failure", {0x0005, 0x00ff, 0x5600});
    const Findings found = play(no_shared_cipher, c);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "the client offers 1 cipher suite: TLS_RSA_WITH_RC4_128_SHA;"));
    Conversation nothing_else = refused("handshake_failure", {0x00ff});
    CHECK(play(no_shared_cipher, nothing_else).empty());
}

TEST_CASE("no_shared_cipher: how the verdict puts it")
{
    const auto because = [](std::vector<CipherSuite> suites) {
        Conversation c = refused("insufficient_security", std::move(suites));
        const Finding found = play(no_shared_cipher, c).at(0);
        CHECK(found.side == Party::client);
        return found.because;
    };
    CHECK(because({0x0005}) == "the server does not accept the only cipher suite that the client offers "
                               "(TLS_RSA_WITH_RC4_128_SHA): the server considers them too weak");
    CHECK(because({0x0005, 0x000a, 0x0009}) ==
          "the server accepts none of the 3 cipher suites that the client offers (TLS_RSA_WITH_RC4_128_SHA, "
          "TLS_RSA_WITH_3DES_EDE_CBC_SHA and 1 more): the server considers them too weak");
}

TEST_CASE("no_shared_cipher: what the server chose with others")
{
    World world;
    ServerHistory &others = world.history.servers[hello(world).server];
    others.versions = {{0x0303, 2}};
    others.cipher_suites = {{0xc030, 2}};
    others.groups = {{0x001d, 2}};
    others.completed = 3;
    Conversation c = refused("handshake_failure", {0xc02f}, world);
    SECTION("another suite, and all the rest fits")
    {
        const Findings found = play(no_shared_cipher, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(has(found[0].detail, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"));
        CHECK(found[0].evidence == std::vector<std::uint32_t>{frames::client_hello, 2});
        CHECK(no_shared_cipher.explains(c, found[0]) == Fit::good);
    }
    SECTION("a suite that this client has, too")
    {
        others.cipher_suites[0xc02f] = 2;
        CHECK(play(no_shared_cipher, c).empty());
    }
    SECTION("a group that this client has not")
    {
        others.groups = {{0x0018, 2}};
        CHECK(play(no_shared_cipher, c).empty());
    }
    SECTION("a version that this client has not")
    {
        others.versions = {{0x0302, 2}};
        CHECK(play(no_shared_cipher, c).empty());
    }
    SECTION("an alert that says another thing, or none at all")
    {
        Conversation by_name = refused("unrecognized_name", {0xc02f}, world);
        CHECK(play(no_shared_cipher, by_name).empty());
        Conversation closed = hello(world);
        closed.client_hello.what.cipher_suites = {0xc02f};
        end(closed, Side::server, EndReason::closed);
        CHECK(play(no_shared_cipher, closed).empty());
    }
    SECTION("none of the others completed")
    {
        others.completed = 0;
        CHECK(play(no_shared_cipher, c).empty());
    }
    SECTION("one with obsolete suites completed, so these are not the reason")
    {
        others.cipher_suites = {{0x0005, 2}};
        Conversation old = refused("handshake_failure", {0x0005, 0x000a}, world);
        CHECK(play(no_shared_cipher, old).empty());
    }
}

TEST_CASE("no_shared_cipher: not once a suite was chosen")
{
    Conversation chosen = failed_by(Side::server, "insufficient_security");
    CHECK(play(no_shared_cipher, chosen).empty());
    Conversation retried = refused("insufficient_security", {0xc02f});
    retried.hello_retry_request = seen(5, ServerHello{});
    CHECK(play(no_shared_cipher, retried).empty());
    Conversation by_client = hello();
    end(by_client, Side::client, EndReason::alert, "insufficient_security");
    CHECK(play(no_shared_cipher, by_client).empty());
}
