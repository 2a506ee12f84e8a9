// Tests the diagnosis path_mtu_black_hole.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis path_mtu_black_hole;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation at_the_sender(World &world = plain_world())
{
    Conversation c = answered(0x0303, world);
    c.segments[Side::server] = {.limit = 1460,
                                .largest = 1448,
                                .unacknowledged = 2'094,
                                .stuck = 1448,
                                .stuck_times = 6,
                                .later_arrived = true};
    end(c, Side::client, EndReason::closed);
    return c;
}

static Conversation at_the_receiver()
{
    Conversation c = hello();
    c.segments[Side::server] = {
        .limit = 1460, .largest = 648, .later_arrived = true, .gap = 1448, .gap_since = {6, now - 4 * second}};
    end(c, Side::server, EndReason::silence);
    return c;
}

TEST_CASE("path_mtu_black_hole: seen at the sender")
{
    Conversation c = at_the_sender();
    const Findings found = play(path_mtu_black_hole, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::network);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(has(found[0].detail,
              "the server retransmitted a segment of 1,448 bytes 6 times, and it was not acknowledged, while "
              "smaller segments after it were"));
    CHECK(path_mtu_black_hole.explains(c, found[0]) == Fit::good);
}

TEST_CASE("path_mtu_black_hole: seen at the receiver")
{
    Conversation c = at_the_receiver();
    const Findings found = play(path_mtu_black_hole, c);
    REQUIRE(found.size() == 1);
    CHECK(
        has(found[0].detail, "1,448 bytes from the server did not arrive, while smaller segments (at most 648 bytes)"));
}

TEST_CASE("path_mtu_black_hole: a router that says so proves it")
{
    World world;
    Conversation c = at_the_sender(world);
    c.segments[Side::server].later_arrived = false;
    CHECK(play(path_mtu_black_hole, c).empty());
    world.history.learn_mtu({c.client, c.server}, {1400, 7}); // for the other direction
    CHECK(play(path_mtu_black_hole, c).empty());
    world.history.learn_mtu({c.server, c.client}, {1400, 8});
    const Findings found = play(path_mtu_black_hole, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(has(found[0].detail, "a router lets only packets of at most 1,400 bytes through (frame 8)"));
}

TEST_CASE("path_mtu_black_hole: near misses")
{
    struct Case {
        const char *what;
        Conversation c;
        void (*change)(Segments &);
    };
    const Case cases[] = {
        {"one loss is none", at_the_sender(), [](Segments &s) { s.stuck_times = 1; }},
        {"a small one is lost, too", at_the_sender(), [](Segments &s) { s.stuck = 1'419; }},
        {"nothing arrives", at_the_sender(), [](Segments &s) { s.later_arrived = false; }},
        {"a link of small packets", at_the_sender(), [](Segments &s) { s.limit = s.stuck = 536; }},
        {"less is missing than a packet", at_the_receiver(), [](Segments &s) { s.gap = 1'419; }},
        {"one of full size has come", at_the_receiver(), [](Segments &s) { s.largest = 1'448; }},
        {"only the capture lacks them", at_the_receiver(), [](Segments &s) { s.later_arrived = false; }},
        {"what the SYNs said is unknown", at_the_receiver(), [](Segments &s) { s.limit = 0; }},
    };
    for (const Case &one : cases) {
        INFO(one.what);
        Conversation c = one.c;
        one.change(c.segments[Side::server]);
        CHECK(play(path_mtu_black_hole, c).empty());
    }
    Conversation soon = at_the_receiver(); // one loss, and the client leaves
    soon.segments[Side::server].gap_since = at(frames::ending - 1);
    CHECK(play(path_mtu_black_hole, soon).empty());
    World world; // the same server's full-size segments arrive elsewhere
    Conversation elsewhere = at_the_sender(world);
    world.history.servers[elsewhere.server].delivered[Side::server] = 1448;
    CHECK(play(path_mtu_black_hole, elsewhere).empty());
    Conversation refused = at_the_sender();
    end(refused, Side::client, EndReason::alert, "unknown_ca");
    CHECK(play(path_mtu_black_hole, refused).empty());
}
