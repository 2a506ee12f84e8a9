// Tests the diagnosis sni_missing.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis sni_missing;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation nameless(World &world = plain_world())
{
    Conversation c = hello(world);
    with_name(c, std::nullopt);
    for (const ExtensionType one :
         {ExtensionType::supported_groups, ExtensionType::key_share, ExtensionType::signature_algorithms})
        c.client_hello.what.extensions.push_back(static_cast<std::uint16_t>(one));
    return c;
}

TEST_CASE("sni_missing: the server says unrecognized_name")
{
    Conversation c = nameless();
    end(c, Side::server, EndReason::alert, "unrecognized_name");
    const Findings found = play(sni_missing, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(found[0].side == Party::client);
    CHECK(sni_missing.explains(c, found[0]) == Fit::exact);
    with_name(c, "host.example");
    CHECK(play(sni_missing, c).empty());

    Conversation sslv2 = nameless(); // its format has no extensions
    sslv2.client_hello.what.sslv2 = true;
    end(sslv2, Side::server, EndReason::alert, "unrecognized_name");
    CHECK(play(sni_missing, sslv2).empty());
}

TEST_CASE("sni_missing: missing_extension, and no other one is missing")
{
    Conversation c = nameless();
    end(c, Side::server, EndReason::alert, "missing_extension");
    CHECK(fit(sni_missing, c) == Fit::exact);
    Conversation groups = c;
    groups.client_hello.what.extensions.erase(groups.client_hello.what.extensions.begin());
    CHECK(play(sni_missing, groups).empty());
}

TEST_CASE("sni_missing: others are served by name")
{
    World world;
    ServerHistory &others = world.history.servers[hello(world).server];
    others.versions = {{0x0303, 2}};
    others.cipher_suites = {{0xc02f, 2}};
    others.names = {{"host.example", 2}};
    others.completed = 3;
    Conversation c = nameless(world);
    SECTION("an alert")
    {
        end(c, Side::server, EndReason::alert, "handshake_failure");
        const Findings found = play(sni_missing, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(has(found[0].detail, "host.example (frame 2)"));
        CHECK(sni_missing.explains(c, found[0]) == Fit::good);
    }
    SECTION("a close is a guess")
    {
        end(c, Side::server, EndReason::closed);
        CHECK(fit(sni_missing, c) == Fit::possible);
    }
    SECTION("another client without a name was served as well")
    {
        others.nameless = 8;
        end(c, Side::server, EndReason::alert, "handshake_failure");
        CHECK(play(sni_missing, c).empty());
    }
    SECTION("a suite is missing as well")
    {
        others.cipher_suites = {{0xc030, 2}};
        end(c, Side::server, EndReason::alert, "handshake_failure");
        CHECK(play(sni_missing, c).empty());
    }
    SECTION("none of the others completed")
    {
        others.completed = 0;
        end(c, Side::server, EndReason::alert, "handshake_failure");
        CHECK(play(sni_missing, c).empty());
    }
}

TEST_CASE("sni_missing: a refusal alone does not say it")
{
    Conversation c = nameless();
    end(c, Side::server, EndReason::alert, "handshake_failure");
    CHECK(play(sni_missing, c).empty());
    Conversation served = completed();
    with_name(served, std::nullopt);
    CHECK(play(sni_missing, served).empty());
}
