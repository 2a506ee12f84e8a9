// Tests the diagnosis capture_incomplete.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis capture_incomplete;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("capture_incomplete: what is missing")
{
    struct Case {
        Conversation conversation;
        const char *says; // nullptr: nothing
    };
    const auto with = [](Conversation c, auto &&change) {
        change(c);
        return c;
    };
    const auto nothing = [](Conversation &) {};
    const Conversation failed = failed_by(Side::client, "unknown_ca");
    const std::vector<Case> cases = {
        {with(hello(), nothing), "the capture ends after the ClientHello"},
        {with(answered(), nothing), "the capture ends after the ServerHello"},
        {failed, nullptr},
        {completed(), nullptr},
        {with(failed,
              [](Conversation &c) {
                  c.gaps.started_midway = true;
                  c.tcp_syn = {};
              }),
         "begins in the middle of the connection"},
        {with(failed, [](Conversation &c) { c.gaps.started_midway = true; }), "the ClientHello is missing"},
        {with(failed, [](Conversation &c) { c.gaps.direction_missing[Side::server] = true; }),
         "no packet from the server"},
        {with(completed(), [](Conversation &c) { c.gaps.bytes_missing[Side::server] = 1448; }),
         "1,448 bytes from the server are missing"},
        {with(completed(), [](Conversation &c) { c.gaps.bytes_missing[Side::client] = 1; }),
         "1 byte from the client is missing, so its content is unknown"},
        {with(completed(),
              [](Conversation &c) {
                  c.gaps.bytes_missing[Side::client] = 1449;
                  c.gaps.number_unknown[Side::client] = true;
              }),
         "data from the client is missing, so its content is unknown"},
        {with(answered(), [](Conversation &c) { c.gaps.truncated = true; }), "packets are truncated"},
        {with(completed(), [](Conversation &c) { c.gaps.truncated = true; }), nullptr},
    };
    for (Case one : cases) {
        INFO((one.says ? one.says : "nothing"));
        const Findings found = play(capture_incomplete, one.conversation);
        REQUIRE(found.size() == (one.says ? 1 : 0));
        if (one.says) {
            CHECK(has(found[0].detail, one.says));
            CHECK(found[0].side == Party::capture);
        }
    }
}

TEST_CASE("capture_incomplete: a server that is not there is no hole")
{
    Conversation c = hello();
    c.transport = Transport::dtls;
    c.gaps.direction_missing[Side::server] = true;
    end(c, Side::client, EndReason::unreachable);
    CHECK(play(capture_incomplete, c).empty());
    c.stage = Stage::client_flight; // the server must have answered
    CHECK(play(capture_incomplete, c).size() == 1);

    Conversation over_tcp = hello(); // over TCP its host acknowledges
    over_tcp.gaps.direction_missing[Side::server] = true;
    end(over_tcp, Side::client, EndReason::unreachable);
    CHECK(play(capture_incomplete, over_tcp).size() == 1);
    Conversation no_client = hello();
    no_client.transport = Transport::dtls;
    no_client.gaps.direction_missing[Side::client] = true;
    end(no_client, Side::client, EndReason::unreachable);
    CHECK(play(capture_incomplete, no_client).size() == 1);
}

TEST_CASE("capture_incomplete: an end that is encrypted is not missing")
{
    Conversation c = answered(0x0304);
    c.fin[Side::client] = at(frames::ending);
    CHECK(play(capture_incomplete, c).size() == 1);
    c.fin[Side::server] = at(frames::ending);
    CHECK(play(capture_incomplete, c).empty());
    c.fin[Side::client] = {};
    CHECK(play(capture_incomplete, c).size() == 1);
    for (const Side side : {Side::client, Side::server}) {
        Conversation reset = answered(0x0304);
        reset.rst[side] = at(frames::ending);
        CHECK(play(capture_incomplete, reset).empty());
    }
}

TEST_CASE("capture_incomplete: the gap's frame is evidence")
{
    Conversation c = completed();
    c.gaps.bytes_missing[Side::server] = 1;
    c.gaps.first_gap[Side::server] = at(8);
    CHECK(play(capture_incomplete, c).at(0).evidence == std::vector<std::uint32_t>{8});
}
