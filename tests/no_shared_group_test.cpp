// SPDX-License-Identifier: GPL-2.0-or-later
#include "catch.hpp"
#include "facts.hpp"

using namespace tlsdiag;
using namespace tlsdiag::facts;

static Conversation refused(std::string_view alert, std::vector<Group> groups, World &world = plain_world())
{
    Conversation c = hello(world);
    c.client_hello.what.groups = std::move(groups);
    end(c, Side::server, How::alert, alert);
    return c;
}

static void others_use(World &world, Group group)
{
    ServerHistory &others = world.knowledge.servers[hello(world).server];
    others.versions = {{0x0303, 2}};
    others.cipher_suites = {{0xc02f, 2}};
    others.groups = {{group, 2}};
    others.completed = 3;
}

TEST_CASE("no_shared_group: what the server used with others")
{
    World world;
    others_use(world, 0x0018);
    SECTION("is all that is missing")
    {
        Conversation c = refused("handshake_failure", {0x001d}, world);
        const Findings found = play(no_shared_group, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(has(found[0].detail, "groups offered by the client: x25519"));
        CHECK(has(found[0].detail, "secp384r1 (frame 2)"));
        CHECK(no_shared_group.explains(c, found[0]) == Fit::good);
    }
    SECTION("a close is a guess")
    {
        Conversation c = hello(world);
        end(c, Side::server, How::closed);
        CHECK(fit(no_shared_group, c) == Fit::possible);
    }
    SECTION("this client has it, too")
    {
        Conversation c = refused("handshake_failure", {0x001d, 0x0018}, world);
        CHECK(play(no_shared_group, c).empty());
    }
    SECTION("the suite is missing as well")
    {
        world.knowledge.servers[hello(world).server].cipher_suites = {{0xc030, 2}};
        Conversation c = refused("handshake_failure", {0x001d}, world);
        CHECK(play(no_shared_group, c).empty());
    }
    SECTION("without groups the server is free to choose")
    {
        Conversation c = refused("handshake_failure", {}, world);
        CHECK(play(no_shared_group, c).empty());
    }
    SECTION("an alert that says another thing")
    {
        Conversation c = refused("unrecognized_name", {0x001d}, world);
        const Findings found = play(no_shared_group, c);
        CHECK(found.empty());
    }
}

TEST_CASE("no_shared_group: the server insists on a group that was not offered")
{
    Conversation c = hello();
    ServerHello retry;
    retry.version = 0x0304;
    retry.group = 0x0018;
    c.hello_retry_request = seen(frames::server_hello, retry);
    end(c, Side::client, How::alert, "illegal_parameter");
    const Findings found = play(no_shared_group, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].detail, "the server insists on secp384r1"));
    CHECK(no_shared_group.explains(c, found[0]) == Fit::exact);
    c.client_hello.what.groups.push_back(0x0018);
    CHECK(play(no_shared_group, c).empty());
}

TEST_CASE("no_shared_group: a ServerKeyExchange in a group that was not offered")
{
    Conversation c = answered();
    ServerKeyExchange exchange;
    exchange.named_group = 0x0018;
    c.server_key_exchange = seen(frames::server_key_exchange, exchange);
    Conversation accepted = c;
    end(c, Side::client, How::alert, "illegal_parameter");
    CHECK(fit(no_shared_group, c) == Fit::exact);
    complete(accepted);
    CHECK(play(no_shared_group, accepted).empty());
}

TEST_CASE("no_shared_group: a ClientHello of TLS 1.3 without groups")
{
    Conversation c = refused("missing_extension", {});
    CHECK(fit(no_shared_group, c) == Fit::good);
    Conversation with_groups = refused("missing_extension", {0x001d});
    CHECK(play(no_shared_group, with_groups).empty());
}

TEST_CASE("no_shared_group: unusual groups alone, in TLS 1.3")
{
    const auto of_tls13 = [](std::vector<Group> groups) {
        Conversation c = refused("handshake_failure", std::move(groups));
        c.client_hello.what.supported_versions = {0x0304};
        return c;
    };
    Conversation brainpool = of_tls13({0x001f, 0x0020});
    const Findings found = play(no_shared_group, brainpool);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(no_shared_group.explains(brainpool, found[0]) == Fit::possible);
    Conversation usual = of_tls13({0x001f, 0x0017});
    CHECK(play(no_shared_group, usual).empty());
    Conversation also_tls12 = refused("handshake_failure", {0x001f});
    CHECK(play(no_shared_group, also_tls12).empty());
    Conversation odd_suites = of_tls13({0x001f});
    odd_suites.client_hello.what.cipher_suites = {0x1304};
    CHECK(play(no_shared_group, odd_suites).empty());
}
