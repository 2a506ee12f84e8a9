// Tests the diagnosis dtls_cookie_refused.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis dtls_cookie_refused;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation asked(std::uint32_t requests, std::uint32_t refused, std::uint32_t forgotten, EndReason reason)
{
    Conversation c = hello();
    c.transport = Transport::dtls;
    c.first_tls[Side::server] = at(6);
    c.cookies = {requests, refused, forgotten, at(6), at(12)};
    end(c, Side::server, reason);
    return c;
}

static Findings found_in(Conversation c)
{
    return play(dtls_cookie_refused, c);
}

TEST_CASE("dtls_cookie_refused: the client returns each cookie, and the server asks again")
{
    Conversation c = asked(4, 3, 0, EndReason::cookie_refused);
    const Findings found = play(dtls_cookie_refused, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(found[0].detail ==
          "the server asked for a cookie 4 times; the client returned the requested one 3 times, and "
          "the server asked again");
    CHECK(dtls_cookie_refused.explains(c, found[0]) == Fit::exact);
    CHECK(found_in(asked(3, 2, 0, EndReason::silence)).size() == 1);
}

TEST_CASE("dtls_cookie_refused: the client does not return a cookie")
{
    Conversation c = asked(4, 0, 3, EndReason::silence);
    const Findings found = play(dtls_cookie_refused, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::network);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(dtls_cookie_refused.explains(c, found[0]) == Fit::good);
}

TEST_CASE("dtls_cookie_refused: near misses")
{
    CHECK(found_in(asked(2, 1, 0, EndReason::silence)).empty()); // the secret changed just then
    CHECK(found_in(asked(4, 0, 1, EndReason::silence)).empty()); // asked twice for one ClientHello
    CHECK(found_in(asked(4, 0, 3, EndReason::alert)).empty());

    Conversation accepted = asked(4, 3, 0, EndReason::silence);
    accepted.server_hello = answered().server_hello;
    CHECK(found_in(accepted).empty());

    Conversation gap = asked(4, 3, 0, EndReason::silence);
    gap.gaps.bytes_missing[Side::client] = 1;
    CHECK(found_in(gap).empty());
    Conversation midway = asked(4, 3, 0, EndReason::silence);
    midway.gaps.started_midway = true;
    CHECK(found_in(midway).empty());
}
