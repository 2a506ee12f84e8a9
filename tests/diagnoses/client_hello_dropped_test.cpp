// Tests the diagnosis client_hello_dropped.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis client_hello_dropped;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation dropped(std::uint32_t size)
{
    Conversation c = hello();
    c.client_hello.what.size = size;
    c.segments[Side::client] = {
        .limit = 1460, .largest = 1448, .unacknowledged = size + 9, .stuck = 1448, .stuck_times = 5};
    end(c, Side::server, EndReason::silence);
    return c;
}

TEST_CASE("client_hello_dropped: sent again and not acknowledged")
{
    Conversation c = dropped(1'800);
    const Findings found = play(client_hello_dropped, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::network);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(has(found[0].detail,
              "the ClientHello has 1,809 bytes, of which 1,809 were not acknowledged despite 5 retransmissions"));
    CHECK(has(found[0].detail, "one segment carries 1,460"));
    CHECK(client_hello_dropped.explains(c, found[0]) == Fit::good);
}

TEST_CASE("client_hello_dropped: a reset before it was acknowledged may mean the same")
{
    Conversation c = dropped(1'800);
    c.segments[Side::client].stuck_times = 0;
    end(c, Side::server, EndReason::reset);
    const Findings found = play(client_hello_dropped, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(client_hello_dropped.explains(c, found[0]) == Fit::possible);
}

TEST_CASE("client_hello_dropped: near misses")
{
    struct Case {
        const char *what;
        void (*change)(Conversation &);
    };
    const Case cases[] = {
        {"one segment holds it", [](Conversation &c) { c.client_hello.what.size = 1'460 - 9; }},
        {"it was never sent again", [](Conversation &c) { c.segments[Side::client].stuck_times = 0; }},
        {"it arrived", [](Conversation &c) { c.segments[Side::client].unacknowledged = 0; }},
        {"its end arrived: packets of this size get lost",
         [](Conversation &c) { c.segments[Side::client].later_arrived = true; }},
        {"the server spoke", [](Conversation &c) { c.first_tls[Side::server] = at(frames::server_hello); }},
        {"the capture lacks packets", [](Conversation &c) { c.gaps.bytes_missing[Side::server] = 10; }},
        {"the server reset when it had all",
         [](Conversation &c) {
             end(c, Side::server, EndReason::reset);
             c.segments[Side::client] = {.limit = 1460, .largest = 1448};
         }},
        {"over UDP", [](Conversation &c) { c.transport = Transport::dtls; }},
        {"the server asked for another",
         [](Conversation &c) {
             c.hello_retry_request = {at(frames::server_hello), {}};
         }},
        {"the client said why it gave up",
         [](Conversation &c) { end(c, Side::client, EndReason::alert, "internal_error"); }},
        {"the client reset",
         [](Conversation &c) {
             end(c, Side::client, EndReason::reset);
             c.segments[Side::client].stuck_times = 0;
         }},
    };
    for (const Case &one : cases) {
        INFO(one.what);
        Conversation c = dropped(1'800);
        one.change(c);
        CHECK(play(client_hello_dropped, c).empty());
    }
}

TEST_CASE("client_hello_dropped: one byte over a segment is too much")
{
    Conversation c = dropped(1'460 - 8);
    CHECK(play(client_hello_dropped, c).size() == 1);
}

TEST_CASE("client_hello_dropped: whoever gives up first")
{
    for (const EndReason reason : {EndReason::closed, EndReason::reset}) {
        Conversation c = dropped(1'800);
        end(c, Side::client, reason);
        REQUIRE(play(client_hello_dropped, c).size() == 1);
        CHECK(c.findings[0].certainty == Certainty::strong);
    }
}

static Conversation cut_off(EndReason reason, std::string_view alert = {})
{
    Conversation c = hello();
    c.client_hello = {};
    c.first_client_hello = {};
    c.stage = Stage::nothing;
    c.incomplete[Side::client] = seen(frames::client_hello, OpaqueMessage{1, 1'495, false});
    c.bytes[Side::client] = 1'400;
    end(c, Side::server, reason, alert);
    return c;
}

TEST_CASE("client_hello_dropped: the server does not wait for the second segment")
{
    Conversation reset = cut_off(EndReason::reset), refused = cut_off(EndReason::alert, "decode_error");
    const Findings found = play(client_hello_dropped, reset);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "the server reset the connection after 1,400 of 1,504 bytes of the ClientHello"));
    CHECK(play(client_hello_dropped, refused).at(0).certainty == Certainty::strong);
    Conversation client = cut_off(EndReason::reset), small = cut_off(EndReason::reset),
                 lost = cut_off(EndReason::reset);
    client.ending.by = Side::client;
    small.incomplete[Side::client].what.size = 500;
    lost.gaps.bytes_missing[Side::client] = 104;
    for (Conversation c : {client, small, lost})
        CHECK(play(client_hello_dropped, c).empty());
}
