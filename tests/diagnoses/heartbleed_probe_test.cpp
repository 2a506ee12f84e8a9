// Tests the diagnosis heartbleed_probe.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis heartbleed_probe;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation probed(Heartbeat heartbeat = {.request = true, .payload_length = 0x4000, .record_length = 3})
{
    Conversation c = answered(0x0302);
    server_flight(c);
    c.heartbeat = {at(frames::client_chain), heartbeat};
    return c;
}

TEST_CASE("heartbleed_probe: who asks, and for how much")
{
    Conversation c = probed();
    end(c, Side::client, EndReason::closed);
    const Findings found = play(heartbleed_probe, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::client);
    CHECK(found[0].frame == frames::client_chain);
    CHECK(has(found[0].detail, "a payload of 16,384 bytes in a record of 3 bytes"));
    CHECK(heartbleed_probe.explains(c, found[0]) == Fit::good);
}

TEST_CASE("heartbleed_probe: what it explains")
{
    Conversation refused = probed();
    end(refused, Side::server, EndReason::alert, "unexpected_message");
    CHECK(fit(heartbleed_probe, refused) == Fit::good);
    Conversation client = probed();
    end(client, Side::client, EndReason::alert, "unknown_ca");
    CHECK(fit(heartbleed_probe, client) == Fit::none);
    Conversation open = probed();
    CHECK(fit(heartbleed_probe, open) == Fit::none);
}

TEST_CASE("heartbleed_probe: near misses")
{
    Conversation c = answered(0x0302);
    end(c, Side::client, EndReason::closed);
    CHECK(play(heartbleed_probe, c).empty());
    CHECK_FALSE(Heartbeat{.request = true, .payload_length = 16, .record_length = 35}.asks_for_more());
    CHECK_FALSE(Heartbeat{.request = true, .payload_length = 16, .record_length = 19}.asks_for_more());
    CHECK(Heartbeat{.request = true, .payload_length = 17, .record_length = 19}.asks_for_more());
    CHECK_FALSE(Heartbeat{.request = false, .payload_length = 0x4000, .record_length = 3}.asks_for_more());
}
