// Tests that clock jumps in merged captures do not count as silence.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/catch.hpp"
#include "support/wire.hpp"

using namespace tlsdiag;
using namespace tlsdiag::wire;

static std::string outcome(Wire &wire)
{
    return std::string{name(wire.only().verdict.outcome)};
}

TEST_CASE("a capture that was put together from several shows no silence between them")
{
    struct Case {
        double pause;
        const char *outcome;
    };
    const Case cases[] = {{2, "unfinished"}, {4, "failed"}, {299, "failed"}, {301, "unfinished"}, {-1e6, "unfinished"}};
    for (const Case &one : cases) {
        INFO(one.pause);
        Wire wire;
        wire.open().say(Side::client, hello12());
        wire.wait(one.pause).other_packet().wait(0.1).other_packet();
        CHECK(outcome(wire) == one.outcome);
    }
}

TEST_CASE("silence before the pause counts")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).wait(10).other_packet().wait(5000).other_packet();
    CHECK(outcome(wire) == "failed");
}

TEST_CASE("nobody waits for an hour: a FIN after one ends no silence")
{
    const auto reason = [](double seconds) {
        Wire wire;
        wire.open().say(Side::client, hello12()).say(Side::server, server_flight12());
        wire.wait(seconds).close(Side::server);
        return wire.only().verdict.sentence;
    };
    CHECK(reason(60).find("did not send the next message") != std::string::npos);
    CHECK(reason(4000).find("closed the connection") != std::string::npos);
}
