// Tests the diagnosis no_server_reply.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/icmp.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis no_server_reply;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation unanswered(Time waited = 5 * second)
{
    Conversation c = hello();
    end(c, Side::server, EndReason::silence);
    c.ending.at.time = c.client_hello.at.time + waited;
    return c;
}

TEST_CASE("no_server_reply: how long it waited, and how often it asked")
{
    Conversation c = unanswered();
    c.retransmissions[Side::client] = 4; // two of other data
    c.hello_sent_again = 2;
    const Findings found = play(no_server_reply, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].detail,
              "no TLS byte came from the server for 5.0 s after the ClientHello (200 bytes, sent again 2 "
              "times); 3.0 s count as silence"));
    CHECK(no_server_reply.explains(c, found[0]) == Fit::vague);
}

TEST_CASE("no_server_reply: what was not even acknowledged is lost on the way")
{
    Conversation c = unanswered();
    c.hello_sent_again = 6;
    c.segments[Side::client].unacknowledged = 209;
    CHECK(play(no_server_reply, c).at(0).side == Party::network);
    c.segments[Side::client].unacknowledged = 0; // the server's system has it, and its process does not answer
    CHECK(play(no_server_reply, c).at(0).side == Party::server);
}

TEST_CASE("no_server_reply: where the capture itself goes on, its clock says no less than silence")
{
    Conversation c = unanswered(0);
    CHECK(has(play(no_server_reply, c).at(0).detail, "for 3.0 s"));
}

TEST_CASE("no_server_reply: ICMP says why")
{
    Conversation c = hello();
    c.transport = Transport::dtls;
    c.gaps.direction_missing[Side::server] = true;
    end(c, Side::client, EndReason::unreachable);
    c.ending.icmp = 0x0303;
    const Findings found = play(no_server_reply, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server); // its host answers: nobody listens
    CHECK(has(found[0].detail, "port unreachable (ICMP type 3, code 3)"));
    CHECK(icmp_text(0x0104, true) == "port unreachable (ICMPv6 type 1, code 4)");
    CHECK(icmp_text(0x03ff, false) == "unreachable (ICMP type 3, code 255)");
}

TEST_CASE("no_server_reply: near misses")
{
    Conversation spoke = answered();
    end(spoke, Side::server, EndReason::silence);
    CHECK(play(no_server_reply, spoke).empty());

    Conversation closed = hello();
    end(closed, Side::server, EndReason::closed);
    CHECK(play(no_server_reply, closed).empty());

    Conversation one_sided = unanswered();
    one_sided.gaps.direction_missing[Side::server] = true;
    CHECK(play(no_server_reply, one_sided).empty());
    one_sided.transport = Transport::dtls; // a server that does not exist sends nothing
    CHECK(play(no_server_reply, one_sided).size() == 1);

    Conversation midway = unanswered(); // the answer may have preceded the capture
    midway.gaps.started_midway = true;
    CHECK(play(no_server_reply, midway).empty());

    Conversation gap = unanswered();
    gap.gaps.bytes_missing[Side::server] = 1;
    CHECK(play(no_server_reply, gap).empty());
}
