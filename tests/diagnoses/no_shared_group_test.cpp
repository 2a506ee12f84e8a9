// Tests the diagnosis no_shared_group.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis no_shared_group;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation refused(std::string_view alert, std::vector<Group> groups, World &world = plain_world())
{
    Conversation c = hello(world);
    c.client_hello.what.groups = std::move(groups);
    end(c, Side::server, EndReason::alert, alert);
    return c;
}

static void others_use(World &world, Group group)
{
    ServerHistory &others = world.history.servers[hello(world).server];
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
        CHECK(has(found[0].detail, "the client offers the group x25519"));
        CHECK(has(found[0].detail, "secp384r1 (frame 2)"));
        CHECK(found[0].because ==
              "the two sides have no group for the key exchange in common: the client offers the group x25519; "
              "in other conversations this server used secp384r1 (frame 2)");
        CHECK(found[0].side == Party::client);
        CHECK(found[0].evidence == std::vector<std::uint32_t>{frames::client_hello, 2});
        CHECK(no_shared_group.explains(c, found[0]) == Fit::good);
    }
    SECTION("a close is a guess")
    {
        Conversation c = hello(world);
        end(c, Side::server, EndReason::closed);
        CHECK(fit(no_shared_group, c) == Fit::possible);
    }
    SECTION("this client has it, too")
    {
        Conversation c = refused("handshake_failure", {0x001d, 0x0018}, world);
        CHECK(play(no_shared_group, c).empty());
    }
    SECTION("the suite is missing as well")
    {
        world.history.servers[hello(world).server].cipher_suites = {{0xc030, 2}};
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
    end(c, Side::client, EndReason::alert, "illegal_parameter");
    const Findings found = play(no_shared_group, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].detail, "the server insists on secp384r1"));
    CHECK(found[0].evidence == std::vector<std::uint32_t>{frames::client_hello, frames::server_hello});
    CHECK(no_shared_group.explains(c, found[0]) == Fit::exact);
    c.client_hello.what.groups.push_back(0x0018);
    CHECK(play(no_shared_group, c).empty());
}

TEST_CASE("no_shared_group: the server insists, and how it ended says how sure that is")
{
    const auto insisted = [](Side by, EndReason reason) {
        Conversation c = hello();
        ServerHello retry;
        retry.group = 0x0018;
        c.hello_retry_request = seen(frames::server_hello, retry);
        c.stage = Stage::server_hello;
        end(c, by, reason, "illegal_parameter");
        const Finding found = play(no_shared_group, c).at(0);
        return std::pair{found.certainty, no_shared_group.explains(c, found)};
    };
    CHECK(insisted(Side::client, EndReason::alert) == std::pair{Certainty::proven, Fit::exact});
    CHECK(insisted(Side::client, EndReason::closed) == std::pair{Certainty::strong, Fit::good});
    CHECK(insisted(Side::server, EndReason::alert) == std::pair{Certainty::strong, Fit::possible});
    CHECK(insisted(Side::server, EndReason::closed) == std::pair{Certainty::strong, Fit::possible});
}

TEST_CASE("no_shared_group: the group that the server named last counts")
{
    Conversation c = hello();
    ServerHello retry, answer;
    retry.group = 0x0017; // offered
    answer.group = 0x0018;
    c.hello_retry_request = seen(5, retry);
    c.server_hello = seen(frames::server_hello, answer);
    c.stage = Stage::server_hello;
    end(c, Side::client, EndReason::alert, "illegal_parameter");
    Conversation without_groups = c, without_hello = c, offered_last = c;
    const Findings found = play(no_shared_group, c);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "insists on secp384r1"));
    CHECK(found[0].evidence.back() == frames::server_hello);

    without_groups.client_hello.what.groups.clear(); // then the server may choose freely
    CHECK(play(no_shared_group, without_groups).empty());
    without_hello.client_hello = {}; // not captured
    CHECK(play(no_shared_group, without_hello).empty());
    ServerKeyExchange exchange;
    exchange.named_group = 0x001d;
    offered_last.server_key_exchange = seen(frames::server_key_exchange, exchange);
    CHECK(play(no_shared_group, offered_last).empty());
    offered_last.server_key_exchange.what.named_group.reset(); // finite-field DH names no group
    CHECK(play(no_shared_group, offered_last).size() == 1);
}

TEST_CASE("no_shared_group: a ServerKeyExchange in a group that was not offered")
{
    Conversation c = answered();
    ServerKeyExchange exchange;
    exchange.named_group = 0x0018;
    c.server_key_exchange = seen(frames::server_key_exchange, exchange);
    Conversation accepted = c;
    end(c, Side::client, EndReason::alert, "illegal_parameter");
    CHECK(fit(no_shared_group, c) == Fit::exact);
    complete(accepted);
    CHECK(play(no_shared_group, accepted).empty());
}

TEST_CASE("no_shared_group: a ClientHello of TLS 1.3 without groups")
{
    Conversation c = refused("missing_extension", {});
    CHECK(fit(no_shared_group, c) == Fit::good);
    CHECK(has(c.findings[0].detail, "the client offers no groups; the server reports a missing extension (109)"));
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
    for (const Group common : {Group{0x0017}, Group{0x001d}}) {
        Conversation one_of_the_usual = of_tls13({0x001f, common});
        CHECK(play(no_shared_group, one_of_the_usual).empty());
    }
    Conversation no_groups = of_tls13({});
    CHECK(play(no_shared_group, no_groups).empty());
    Conversation another_alert = of_tls13({0x001f});
    another_alert.ending.alert->description = alert_number("unrecognized_name");
    CHECK(play(no_shared_group, another_alert).empty());
}

TEST_CASE("no_shared_group: unusual groups that this server accepts are not the reason")
{
    World world;
    others_use(world, 0x001f);
    world.history.servers[hello(world).server].versions = {{0x0304, 2}};
    Conversation c = refused("handshake_failure", {0x001f}, world);
    c.client_hello.what.supported_versions = {0x0304};
    CHECK(play(no_shared_group, c).empty());
}

TEST_CASE("no_shared_group: six groups are named and the others counted")
{
    Conversation c = refused("handshake_failure", {0x0018, 0x0019, 0x001e, 0x001f, 0x0020, 0x0021});
    c.client_hello.what.supported_versions = {0x0304};
    Conversation seven = c;
    seven.client_hello.what.groups.push_back(0x0016);
    const std::string six = "the client offers the groups secp384r1, secp521r1, x448, brainpoolP256r1tls13, "
                            "brainpoolP384r1tls13, brainpoolP512r1tls13";
    CHECK(play(no_shared_group, c).at(0).detail == six + "; few servers support any of these");
    CHECK(play(no_shared_group, seven).at(0).detail == six + " and 1 more; few servers support any of these");
}
