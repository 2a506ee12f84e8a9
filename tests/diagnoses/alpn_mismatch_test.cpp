// Tests the diagnosis alpn_mismatch.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis alpn_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation refused(std::vector<std::string> offer, World &world = plain_world())
{
    Conversation c = hello(world);
    c.client_hello.what.alpn = std::move(offer);
    end(c, Side::server, EndReason::alert, "no_application_protocol");
    return c;
}

TEST_CASE("alpn_mismatch: the server says it")
{
    Conversation c = refused({"http/1.1", "spdy\n3"});
    const Findings found = play(alpn_mismatch, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(found[0].side == Party::client);
    CHECK(found[0].detail == "the client offers http/1.1, spdy\\x0a3");
    CHECK(alpn_mismatch.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("alpn_mismatch: QUIC wants ALPN, and none is offered")
{
    Conversation c = refused({});
    const Findings found = play(alpn_mismatch, c);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "the client offers no protocol"));
}

TEST_CASE("alpn_mismatch: what the server chose with others")
{
    World world;
    world.history.servers[hello(world).server].protocols = {{"h2", 8}};
    Conversation c = refused({"http/1.1"}, world);
    const Findings found = play(alpn_mismatch, c);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].because, "in other conversations the server chose h2 (frame 8)"));
    CHECK(found[0].evidence.front() == 8);

    world.history.servers[hello(world).server].protocols.clear();
    Conversation without = refused({"http/1.1"}, world);
    CHECK_FALSE(has(play(alpn_mismatch, without).at(0).because, "in other conversations"));
}

TEST_CASE("alpn_mismatch: a choice that was not offered, and the client leaves")
{
    Conversation c = answered();
    c.client_hello.what.alpn = {"http/1.1"};
    c.server_hello.what.alpn = "h2";
    SECTION("with an alert")
    {
        end(c, Side::client, EndReason::alert, "illegal_parameter");
        CHECK(fit(alpn_mismatch, c) == Fit::good);
        CHECK(c.findings[0].certainty == Certainty::strong);
    }
    SECTION("silently")
    {
        end(c, Side::client, EndReason::closed);
        CHECK(fit(alpn_mismatch, c) == Fit::possible);
    }
    SECTION("it was offered")
    {
        c.client_hello.what.alpn = {"http/1.1", "h2"};
        end(c, Side::client, EndReason::alert, "illegal_parameter");
        CHECK(play(alpn_mismatch, c).empty());
    }
    SECTION("in TLS 1.3 it is among the encrypted extensions")
    {
        c.server_hello.what.alpn.reset();
        c.encrypted_extensions = seen(frames::server_hello, EncryptedExtensions{});
        c.encrypted_extensions.what.alpn = "h2";
        end(c, Side::client, EndReason::closed);
        CHECK(play(alpn_mismatch, c).size() == 1);
    }
    SECTION("none was chosen")
    {
        c.server_hello.what.alpn.reset();
        end(c, Side::client, EndReason::closed);
        CHECK(play(alpn_mismatch, c).empty());
    }
    SECTION("the offer is not seen")
    {
        c.client_hello = {};
        end(c, Side::client, EndReason::closed);
        CHECK(play(alpn_mismatch, c).empty());
    }
    SECTION("the server leaves")
    {
        end(c, Side::server, EndReason::closed);
        CHECK(play(alpn_mismatch, c).empty());
    }
    SECTION("it does not matter to the client")
    {
        complete(c);
        CHECK(play(alpn_mismatch, c).empty());
    }
}
