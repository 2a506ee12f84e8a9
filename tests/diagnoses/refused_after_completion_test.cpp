// Tests the diagnosis refused_after_completion.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/verdict.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis expired;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation refused(EndReason reason, ClientAuth auth, Side by = Side::server, Version version = 0x0304)
{
    Conversation c = answered(version);
    client_flight(c);
    c.record_sizes.possible = true;
    c.record_sizes.client_certificate = auth;
    c.record_sizes.client_certificate_at = at(frames::client_chain);
    c.record_sizes.client_finished = at(frames::client_finished);
    end(c, by, reason, reason == EndReason::alert ? "certificate_required" : "");
    c.refused_late = reason == EndReason::encrypted_alert;
    return c;
}

TEST_CASE("refused_after_completion: an alert's size, and no data")
{
    Conversation c = refused(EndReason::encrypted_alert, ClientAuth::sent);
    const Findings found = play(refused_after_completion, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::client);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(has(found[0].detail, "alert-sized record"));
    CHECK(has(found[0].detail, "SSLKEYLOGFILE"));
    CHECK(found[0].evidence == std::vector<std::uint32_t>{frames::client_chain});
    CHECK(refused_after_completion.explains(c, found[0]) == Fit::good);
}

TEST_CASE("refused_after_completion: an empty certificate has its own diagnosis")
{
    Conversation c = refused(EndReason::encrypted_alert, ClientAuth::empty);
    const Findings found = play(refused_after_completion, c);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "Certificate message was empty"));
    CHECK(refused_after_completion.explains(c, found[0]) == Fit::possible);
}

TEST_CASE("refused_after_completion: a close without a word")
{
    Conversation empty = refused(EndReason::closed, ClientAuth::empty);
    CHECK(play(refused_after_completion, empty).at(0).certainty == Certainty::strong);
    Conversation sent = refused(EndReason::reset, ClientAuth::sent);
    CHECK(play(refused_after_completion, sent).at(0).certainty == Certainty::guess);
}

TEST_CASE("refused_after_completion: a fault of the certificate explains a close without a word better")
{
    World world;
    const auto ca = pki::make_ca("Lab Root");
    Conversation c = answered(0x0304, world);
    with_chain(c, Side::client, {pki::issue(ca, "client", {.not_after = pki::date(2026, 5, 20)})});
    client_flight(c);
    end(c, Side::server, EndReason::reset);
    REQUIRE(play(expired, c).size() == 1);
    REQUIRE(play(refused_after_completion, c).size() == 1);
    const Cause cause = find_cause(c);
    CHECK(cause.finding->diagnosis == &expired);
    CHECK(judge(c, true).certainty == Certainty::guess);
}

TEST_CASE("refused_after_completion: a readable alert explains itself")
{
    Conversation c = refused(EndReason::alert, ClientAuth::sent);
    CHECK(play(refused_after_completion, c).empty());
}

TEST_CASE("refused_after_completion: near misses")
{
    Conversation not_asked = refused(EndReason::encrypted_alert, ClientAuth::none);
    CHECK(play(refused_after_completion, not_asked).empty());
    Conversation not_known = refused(EndReason::closed, ClientAuth::unknown);
    CHECK(play(refused_after_completion, not_known).empty());
    Conversation by_client = refused(EndReason::encrypted_alert, ClientAuth::sent, Side::client);
    CHECK(play(refused_after_completion, by_client).empty());
    Conversation tls12 = refused(EndReason::closed, ClientAuth::sent, Side::server, 0x0303);
    CHECK(play(refused_after_completion, tls12).empty());
    for (const EndReason reason : {EndReason::closed, EndReason::reset}) { // the data may be what the capture lacks
        Conversation truncated = refused(reason, ClientAuth::empty);
        truncated.gaps.truncated = true;
        CHECK(play(refused_after_completion, truncated).empty());
    }
    Conversation well = completed(0x0304);
    well.record_sizes.client_certificate = ClientAuth::sent;
    CHECK(play(refused_after_completion, well).empty());
}

TEST_CASE("refused_after_completion: in a renegotiation, unless the alert is a close_notify")
{
    Conversation c = completed();
    c.renegotiation.refused = at(frames::ending);
    const Event event{EventKind::renegotiation_refused, Side::server, at(frames::ending)};
    CHECK(ask(refused_after_completion, c, event).size() == 1);
    c.close_notify[Side::server] = at(frames::ending);
    CHECK(ask(refused_after_completion, c, event).empty());
}
