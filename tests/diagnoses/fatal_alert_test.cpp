// Tests the diagnosis fatal_alert.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis fatal_alert, unknown_ca;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation alerted(Side by, Alert alert, Version version = 0x0303)
{
    Conversation c = answered(version);
    c.alerts.push_back({at(frames::ending), by, alert, false, false});
    return c;
}

TEST_CASE("fatal_alert: name, number, sender, stage and what stacks mean")
{
    Conversation c = failed_by(Side::client, "unknown_ca");
    const Findings found = play(fatal_alert, c);
    REQUIRE(found.size() == 1);
    CHECK(attribute<SentAlert>(found[0])->description == alert_number("unknown_ca"));
    CHECK(found[0].side == Party::server);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(has(found[0].detail, "unknown_ca (48) from the client after the server's flight"));
    CHECK(has(found[0].detail, "OpenSSL"));
    CHECK(fatal_alert.explains(c, found[0]) == Fit::symptom);
}

TEST_CASE("fatal_alert: which alerts are fatal")
{
    struct Case {
        const char *story;
        Alert alert;
        Version version;
        bool fatal;
    };
    const Case cases[] = {
        {"fatal", {2, 40}, 0x0303, true},
        {"a warning before TLS 1.3", {1, 112}, 0x0303, false},
        {"TLS 1.3 ignores the level", {1, 48}, 0x0304, true},
        {"close_notify, whatever its level", {2, 0}, 0x0303, false},
        {"user_canceled", {1, 90}, 0x0304, false},
        {"a number without a name", {2, 200}, 0x0303, true},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        Conversation c = alerted(Side::server, one.alert, one.version);
        CHECK(play(fatal_alert, c).size() == (one.fatal ? 1 : 0));
    }
}

TEST_CASE("fatal_alert: whose fault it is, the verdict's cause says")
{
    Conversation c = answered(0x0304); // all in order, and the client does not trust the root
    end(c, Side::client, EndReason::alert, "unknown_ca");
    const auto root = pki::make_ca("Lab Root"), issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    with_chain(c, Side::server, {pki::issue(issuing, "host.example"), issuing});
    Conversation unexplained = c;
    REQUIRE(play(unknown_ca, c).at(0).side == Party::client);
    CHECK(play(fatal_alert, c).at(0).side == Party::client);
    CHECK(play(fatal_alert, unexplained).at(0).side == Party::server);

    Conversation own_fault = failed_by(Side::server, "internal_error");
    CHECK(play(fatal_alert, own_fault).at(0).side == Party::server);
}

TEST_CASE("fatal_alert: each is found once, at its own frame")
{
    Conversation c = failed_by(Side::client, "unknown_ca");
    const Alert late{2, 50};
    c.alerts.push_back({at(frames::ending + 1), Side::client, late, false, false});
    CHECK(ask(fatal_alert, c, {EventKind::alert, Side::client, at(frames::ending)}).empty()); // waits for the ending
    CHECK(ask(fatal_alert, c, {EventKind::ended, Side::client, at(frames::ending)}).size() == 1);
    CHECK(ask(fatal_alert, c, {EventKind::alert, Side::client, at(frames::ending + 1)}).size() == 1);
    CHECK(ask(fatal_alert, c, {EventKind::alert, Side::server, at(frames::ending + 1)}).empty());
    CHECK(ask(fatal_alert, c, {EventKind::alert, Side::client, at(frames::ending + 2)}).empty());
    Conversation closed = answered();
    end(closed, Side::client, EndReason::closed);
    closed.alerts.push_back({at(frames::ending), Side::client, late, false, false});
    CHECK(play(fatal_alert, closed).size() == 1);
}

TEST_CASE("fatal_alert: after the peer's close it is a reaction")
{
    Conversation c = alerted(Side::client, {2, 50});
    c.alerts[0].after_peer_close = true;
    CHECK(play(fatal_alert, c).empty());
}

TEST_CASE("fatal_alert: one of each side, and a late one does not explain an ending that it is not")
{
    Conversation c = failed_by(Side::client, "unknown_ca");
    c.alerts.push_back({at(frames::ending + 1), Side::server, {2, 50}, false, false});
    const Findings found = play(fatal_alert, c);
    REQUIRE(found.size() == 2);
    CHECK(attribute<SentAlert>(found[1])->description == alert_number("decode_error"));
    CHECK(fatal_alert.explains(c, found[1]) == Fit::none);
}
