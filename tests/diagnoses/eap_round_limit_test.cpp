// Tests the diagnosis eap_round_limit.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis eap_round_limit;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation after_rounds(std::uint32_t rounds)
{
    Conversation c = answered();
    c.transport = Transport::eap;
    c.eap_packets[Side::server] = rounds;
    c.incomplete[Side::server] = seen(frames::certificate_request, OpaqueMessage{11, 30'000});
    end(c, Side::server, EndReason::eap_failure);
    return c;
}

TEST_CASE("eap_round_limit: near the limits of authenticators")
{
    struct Case {
        std::uint32_t rounds;
        bool found;
    };
    for (const Case &one : {Case{18, false}, Case{37, false}, Case{38, true}, Case{50, true}, Case{52, true},
                            Case{53, false}, Case{97, false}, Case{98, true}, Case{102, true}, Case{103, false}}) {
        INFO(one.rounds);
        Conversation c = after_rounds(one.rounds);
        CHECK(play(eap_round_limit, c).size() == (one.found ? 1 : 0));
    }
}

TEST_CASE("eap_round_limit: a message under way makes it strong")
{
    Conversation c = after_rounds(50);
    CHECK(fit(eap_round_limit, c) == Fit::good);
    CHECK(has(c.findings[0].detail, "50 requests from the server, with a message still incomplete"));

    Conversation whole = after_rounds(50);
    whole.incomplete.both = {};
    CHECK(fit(eap_round_limit, whole) == Fit::possible);
    CHECK(whole.findings[0].certainty == Certainty::guess);
}

TEST_CASE("eap_round_limit: where RADIUS alone says no, the packets just end")
{
    Conversation c = after_rounds(51);
    c.ending = {};
    const Findings found = play(eap_round_limit, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    Conversation cut = after_rounds(51);
    cut.ending = {};
    cut.incomplete.both = {};
    CHECK(play(eap_round_limit, cut).empty());
    for (const std::uint32_t rounds : {100u, 101u, 102u}) {
        INFO(rounds);
        Conversation later = after_rounds(rounds);
        later.ending = {};
        CHECK(play(eap_round_limit, later).size() == (rounds < 102 ? 1 : 0));
    }
    Conversation goes_on = after_rounds(45);
    goes_on.ending = {};
    CHECK(play(eap_round_limit, goes_on).empty());
}

TEST_CASE("eap_round_limit: near misses")
{
    Conversation well = answered();
    well.transport = Transport::eap;
    well.eap_packets[Side::server] = 50;
    complete(well);
    CHECK(play(eap_round_limit, well).empty());

    Conversation refused = after_rounds(50);
    end(refused, Side::client, EndReason::alert, "unknown_ca");
    CHECK(play(eap_round_limit, refused).empty());

    Conversation tcp = after_rounds(50);
    tcp.transport = Transport::tcp;
    CHECK(play(eap_round_limit, tcp).empty());
}
