// Tests the diagnosis sni_unrecognized.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis sni_unrecognized;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("sni_unrecognized: the server says it")
{
    Conversation c = hello();
    end(c, Side::server, EndReason::alert, "unrecognized_name");
    const Findings found = play(sni_unrecognized, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(has(found[0].detail, "the client asked for host.example"));
    CHECK(sni_unrecognized.explains(c, found[0]) == Fit::exact);
    with_name(c, std::nullopt);
    CHECK(play(sni_unrecognized, c).empty());
}

TEST_CASE("sni_unrecognized: a warning, and the end follows")
{
    Conversation c = hello();
    c.alerts.push_back({at(5), Side::server, Alert{1, alert_number("unrecognized_name")}, false, false});
    SECTION("the server closes")
    {
        end(c, Side::server, EndReason::closed);
        const Findings found = play(sni_unrecognized, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(sni_unrecognized.explains(c, found[0]) == Fit::good);
    }
    SECTION("a fault that says another thing")
    {
        end(c, Side::server, EndReason::alert, "internal_error");
        CHECK(play(sni_unrecognized, c).empty());
    }
    SECTION("the client leaves after the server's flight: a guess")
    {
        c.server_hello = seen(frames::server_hello, ServerHello{});
        c.stage = Stage::server_hello;
        end(c, Side::client, EndReason::closed);
        CHECK(fit(sni_unrecognized, c) == Fit::possible);
    }
    SECTION("the server leaves after its ServerHello: it had taken the name")
    {
        c.server_hello = seen(frames::server_hello, ServerHello{});
        c.stage = Stage::server_hello;
        end(c, Side::server, EndReason::closed);
        CHECK(play(sni_unrecognized, c).empty());
    }
    SECTION("the client says what it minds")
    {
        c.server_hello = seen(frames::server_hello, ServerHello{});
        c.stage = Stage::server_hello;
        end(c, Side::client, EndReason::alert, "unknown_ca");
        CHECK(play(sni_unrecognized, c).empty());
    }
}

TEST_CASE("sni_unrecognized: others are served under other names")
{
    World world;
    ServerHistory &others = world.history.servers[hello(world).server];
    others.versions = {{0x0303, 2}};
    others.cipher_suites = {{0xc02f, 2}};
    others.names = {{"other.example", 2}};
    others.completed = 3;
    Conversation c = hello(world);
    end(c, Side::server, EndReason::alert, "handshake_failure");
    SECTION("nothing else is missing: a guess")
    {
        const Findings found = play(sni_unrecognized, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::guess);
        CHECK(has(found[0].detail, "other.example (frame 2)"));
        CHECK(sni_unrecognized.explains(c, found[0]) == Fit::possible);
    }
    SECTION("this name was served, too")
    {
        others.names["host.example"] = 9;
        CHECK(play(sni_unrecognized, c).empty());
    }
    SECTION("there were more names than are kept")
    {
        for (char letter = 'a'; others.names.size() < ServerHistory::max_names; ++letter)
            others.names[std::string(3, letter)] = 9;
        CHECK(play(sni_unrecognized, c).empty());
    }
    SECTION("a version is missing")
    {
        others.versions = {{0x0302, 2}};
        CHECK(play(sni_unrecognized, c).empty());
    }
    SECTION("a close says too little")
    {
        Conversation closed = hello(world);
        end(closed, Side::server, EndReason::closed);
        CHECK(play(sni_unrecognized, closed).empty());
    }
}
