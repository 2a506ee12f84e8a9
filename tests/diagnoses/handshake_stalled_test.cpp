// Tests the diagnosis handshake_stalled.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis handshake_stalled;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("handshake_stalled: who owed the next message")
{
    for (const Side debtor : {Side::client, Side::server}) {
        Conversation c = answered();
        end(c, debtor, EndReason::silence);
        c.retransmissions[Side::client] = 3;
        const Findings found = play(handshake_stalled, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].side == party(debtor));
        CHECK(has(found[0].detail, "the next message was due from the " + std::string{name(debtor)}));
        CHECK(has(found[0].detail, "3 retransmissions"));
        CHECK(handshake_stalled.explains(c, found[0]) == Fit::vague);
    }
}

TEST_CASE("handshake_stalled: ICMP in the midst")
{
    Conversation c = answered();
    end(c, Side::server, EndReason::unreachable);
    c.ending.icmp = 0x0304;
    const Findings found = play(handshake_stalled, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::network);
    CHECK(has(found[0].detail, "fragmentation needed"));
}

TEST_CASE("handshake_stalled: near misses")
{
    Conversation unanswered = hello();
    end(unanswered, Side::server, EndReason::silence);
    CHECK(play(handshake_stalled, unanswered).empty());

    Conversation closed = answered();
    end(closed, Side::client, EndReason::closed);
    CHECK(play(handshake_stalled, closed).empty());

    Conversation gap = answered();
    gap.gaps.bytes_missing[Side::server] = 100;
    end(gap, Side::server, EndReason::silence);
    CHECK(play(handshake_stalled, gap).empty());

    Conversation cut = answered();
    CHECK(play(handshake_stalled, cut).empty());
}
