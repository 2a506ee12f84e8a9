// Tests the diagnosis hello_retry_invalid.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis hello_retry_invalid;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation retried(bool twice, bool pointless = false)
{
    Conversation c = hello();
    c.hello_retry_request.at = at(frames::server_hello);
    c.hello_retry_request.what.group = 0x0017;
    c.stage = Stage::second_hello;
    c.retry_asks_for_sent = pointless;
    if (twice)
        c.second_hello_retry = at(frames::server_chain);
    return c;
}

TEST_CASE("hello_retry_invalid: a second one")
{
    Conversation c = retried(true);
    end(c, Side::client, EndReason::alert, "unexpected_message");
    const Findings found = play(hello_retry_invalid, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(has(found[0].detail, "another HelloRetryRequest (for group secp256r1)"));
    CHECK(hello_retry_invalid.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("hello_retry_invalid: one that changes nothing")
{
    Conversation c = retried(false, true);
    end(c, Side::client, EndReason::alert, "illegal_parameter");
    CHECK(has(play(hello_retry_invalid, c).at(0).detail, "already has, so it changes nothing"));
    Conversation closed = retried(false, true);
    end(closed, Side::client, EndReason::closed);
    CHECK(fit(hello_retry_invalid, closed) == Fit::good);
    Conversation other = retried(true);
    end(other, Side::client, EndReason::alert, "internal_error");
    CHECK(fit(hello_retry_invalid, other) == Fit::possible);
    Conversation stopped = retried(true); // a server that loops, and then gives up itself
    end(stopped, Side::server, EndReason::closed);
    CHECK(fit(hello_retry_invalid, stopped) == Fit::good);
}

TEST_CASE("hello_retry_invalid: near misses")
{
    Conversation once = retried(false);
    end(once, Side::client, EndReason::alert, "illegal_parameter");
    CHECK(play(hello_retry_invalid, once).empty());
    Conversation dtls = retried(true);
    dtls.transport = Transport::dtls; // the first one may have been lost
    end(dtls, Side::client, EndReason::closed);
    CHECK(play(hello_retry_invalid, dtls).empty());
    Conversation went_on = answered(0x0304); // a client that accepts it
    went_on.hello_retry_request.at = at(frames::server_hello);
    went_on.retry_asks_for_sent = true;
    end(went_on, Side::client, EndReason::alert, "unknown_ca");
    CHECK(play(hello_retry_invalid, went_on).empty());
}
