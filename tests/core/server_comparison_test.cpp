// Tests what the capture teaches about a server, and how a ClientHello compares with it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/server_comparison.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using namespace tlsdiag::builders;

static ServerHistory &history(World &world)
{
    return world.history.servers[hello(world).server];
}

TEST_CASE("a server's choices are learned where they show")
{
    World world;
    Conversation c = completed(0x0303, world);
    c.server_hello.what.alpn = "h2";
    ServerKeyExchange exchange;
    exchange.named_group = 0x0018;
    exchange.scheme = 0x0403;
    c.server_key_exchange = seen(frames::server_key_exchange, exchange);
    world.history.learn_choice(c);
    world.history.learn_completion(c);
    const ServerHistory &others = history(world);
    CHECK(others.versions.at(0x0303) == frames::server_hello);
    CHECK(others.cipher_suites.contains(0xc02f));
    CHECK(others.groups.at(0x0018) == frames::server_key_exchange);
    CHECK(others.schemes.at(0x0403) == frames::server_key_exchange);
    CHECK(others.names.at("host.example") == frames::server_hello);
    CHECK(others.protocols.at("h2") == frames::server_hello);
    CHECK(others.nameless == 0);
    CHECK(others.completed == frames::completed);
}

TEST_CASE("names are kept within bounds, and their lack is remembered")
{
    World world;
    Conversation c = answered(0x0303, world);
    for (int i = 0; i < 100; ++i) {
        with_name(c, "host" + std::to_string(i) + ".example");
        world.history.learn_choice(c);
    }
    with_name(c, std::nullopt);
    world.history.learn_choice(c);
    CHECK(history(world).names.size() == ServerHistory::max_names);
    CHECK(history(world).nameless == frames::server_hello);
}

TEST_CASE("an offer beside what others got")
{
    World world;
    Conversation c = hello(world);
    CHECK_FALSE(compare_with_others(c).all_fits());
    ServerHistory &others = history(world);
    others.versions = {{0x0303, 2}};
    others.cipher_suites = {{0xc02f, 2}};
    others.groups = {{0x0017, 2}};
    others.schemes = {{0x0403, 2}};
    others.names = {{"host.example", 2}};
    others.completed = 3;
    CHECK(compare_with_others(c).all_fits());

    SECTION("where the version is missing, all else depends on it")
    {
        others.versions = {{0x0302, 2}};
        others.cipher_suites = {{0x0005, 2}};
        CHECK(compare_with_others(c).only(Part::version));
    }
    SECTION("one part alone")
    {
        others.groups = {{0x0018, 2}};
        const Comparison comparison = compare_with_others(c);
        REQUIRE(comparison.only(Part::group));
        CHECK(comparison.only(Part::group)->chosen == "secp384r1 (frame 2)");
        CHECK_FALSE(comparison.only(Part::cipher_suite));
    }
    SECTION("two parts: neither alone")
    {
        others.groups = {{0x0018, 2}};
        others.schemes = {{0x0503, 2}};
        const Comparison comparison = compare_with_others(c);
        CHECK(comparison.lacks.size() == 2);
        CHECK_FALSE(comparison.only(Part::group));
        CHECK_FALSE(comparison.all_fits());
    }
    SECTION("a name counts where all else fits")
    {
        others.names = {{"other.example", 2}};
        CHECK(compare_with_others(c).only(Part::sni));
        others.groups = {{0x0018, 2}};
        CHECK(compare_with_others(c).only(Part::group));
    }
}

TEST_CASE("how sure a lack is as the reason")
{
    Conversation fits = hello();
    end(fits, Side::server, EndReason::alert, "handshake_failure");
    CHECK(certainty_of_lack(fits) == Certainty::strong);
    Conversation other = hello();
    end(other, Side::server, EndReason::alert, "unrecognized_name");
    CHECK_FALSE(certainty_of_lack(other));
    Conversation left = hello();
    end(left, Side::server, EndReason::reset);
    CHECK(certainty_of_lack(left) == Certainty::guess);
    Conversation by_client = hello();
    end(by_client, Side::client, EndReason::closed);
    CHECK_FALSE(certainty_of_lack(by_client));
    Conversation answered_first = failed_by(Side::server, "handshake_failure");
    CHECK_FALSE(certainty_of_lack(answered_first));
}
