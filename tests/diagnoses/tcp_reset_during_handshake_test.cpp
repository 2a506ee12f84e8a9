// Tests the diagnosis tcp_reset_during_handshake.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis tcp_reset_during_handshake, client_abandoned;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("tcp_reset_during_handshake: either side, at its stage")
{
    Conversation server = hello();
    end(server, Side::server, EndReason::reset);
    CHECK(has(play(tcp_reset_during_handshake, server).at(0).detail, "RST from the server"));

    Conversation client = answered();
    end(client, Side::client, EndReason::reset);
    const Findings found = play(tcp_reset_during_handshake, client);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::client);
    CHECK(has(found[0].detail, "after the server's flight"));
    CHECK(tcp_reset_during_handshake.explains(client, found[0]) == Fit::vague);
}

TEST_CASE("tcp_reset_during_handshake: near misses")
{
    Conversation closed = hello();
    end(closed, Side::server, EndReason::closed);
    CHECK(play(tcp_reset_during_handshake, closed).empty());

    Conversation after_alert = failed_by(Side::server, "handshake_failure");
    after_alert.rst[Side::client] = at(frames::ending + 1);
    CHECK(play(tcp_reset_during_handshake, after_alert).empty());

    Conversation spare = hello();
    end(spare, Side::client, EndReason::reset);
    REQUIRE(play(client_abandoned, spare).size() == 1);
    CHECK(play(tcp_reset_during_handshake, spare).empty());

    Conversation no_tls = hello();
    no_tls.stage = Stage::nothing;
    end(no_tls, Side::server, EndReason::reset);
    CHECK(play(tcp_reset_during_handshake, no_tls).empty());

    Conversation midway = answered();
    midway.gaps.started_midway = true;
    end(midway, Side::client, EndReason::reset);
    CHECK(play(tcp_reset_during_handshake, midway).empty());
}
