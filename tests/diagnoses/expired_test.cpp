// Tests the diagnosis expired.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis expired;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;
using pki::date;

TEST_CASE("expired: what counts, and what only looks like it")
{
    const auto root = pki::make_ca("Lab Root", {.not_after = date(2025)});
    const auto intermediate = pki::issue(root, "Lab Issuing", {.ca = true});
    const auto old_intermediate = pki::issue(root, "Old Issuing", {.not_after = date(2026, 5, 31), .ca = true});
    const auto leaf = pki::issue(intermediate, "host.example", {.sans = {"host.example"}});
    const auto old_leaf = pki::issue(intermediate, "old.example", {.not_after = date(2026, 5, 20)});
    const auto under_old = pki::issue(old_intermediate, "host.example");
    const auto old_self_signed = pki::self_signed("printer", {.not_after = date(2020, 1, 2)});
    const auto last_day = pki::issue(intermediate, "today.example", {.not_after = date(2026, 6, 2)});

    struct Case {
        const char *name;
        std::vector<pki::Identity> chain;
        const char *said; // nullptr: nothing
    };
    const std::vector<Case> cases{
        {"the leaf", {old_leaf, intermediate}, "expired on 2026-05-20 00:00 UTC, 12 days before it was sent"},
        {"an intermediate", {under_old, old_intermediate}, "the intermediate CN=Old Issuing"},
        {"a self-signed leaf", {old_self_signed}, "CN=printer"},
        {"all in time", {leaf, intermediate}, nullptr},
        {"on its last day", {last_day, intermediate}, nullptr},
        {"only the root, which is trusted or not by itself", {leaf, intermediate, root}, nullptr},
        {"a certificate that is not on the leaf's path", {leaf, intermediate, old_leaf}, nullptr},
        {"no certificate", {}, nullptr},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        for (const Side side : {Side::server, Side::client}) {
            Conversation c = completed();
            with_chain(c, side, one.chain);
            const Findings found = play(expired, c);
            REQUIRE(found.size() == (one.said ? 1u : 0u));
            if (one.said) {
                CHECK(has(found[0].detail, one.said));
                CHECK(found[0].side == party(side));
                CHECK(found[0].certainty == Certainty::proven);
            }
        }
    }
}

TEST_CASE("expired: a clock that cannot be right judges nothing")
{
    Conversation c = completed();
    with_chain(c, Side::server, {pki::self_signed("printer", {.not_after = date(2020, 1, 2)})});
    for (const Time wrong : {Time{0}, date(1989, 12, 31), date(2100)}) {
        c.chain[Side::server].at.time = wrong;
        CHECK(play(expired, c).empty());
    }
    c.chain[Side::server].at.time = date(2019);
    CHECK(play(expired, c).empty());
    c.chain[Side::server].at.time = date(2020, 1, 2); // the last second is within (RFC 5280, 4.1.2.5)
    CHECK(play(expired, c).empty());
    c.chain[Side::server].at.time = date(2021);
    CHECK(play(expired, c).size() == 1);
}

TEST_CASE("expired: both sides may have it")
{
    const auto old = pki::self_signed("old", {.not_after = date(2021)});
    Conversation c = completed();
    with_chain(c, Side::server, {old});
    with_chain(c, Side::client, {old});
    CHECK(play(expired, c).size() == 2);
}

TEST_CASE("expired: how well it explains an ending")
{
    const auto old = pki::self_signed("old", {.not_after = date(2021)});
    const std::vector<std::pair<const char *, Fit>> alerts{
        {"certificate_expired", Fit::exact},    {"bad_certificate", Fit::good}, {"certificate_unknown", Fit::good},
        {"handshake_failure", Fit::possible},   {"unknown_ca", Fit::none},      {"certificate_revoked", Fit::none},
        {"no_application_protocol", Fit::none},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {old});
        CHECK(fit(expired, c) == expected);
    }
    Conversation other = failed_by(Side::server, "certificate_expired");
    with_chain(other, Side::server, {old});
    CHECK(expired.explains(other, play(expired, other).front()) == Fit::none);
}

TEST_CASE("expired: an alert in clear that names it, of a certificate that is encrypted")
{
    Conversation c = failed_by(Side::client, "certificate_expired", 0x0304);
    const Findings found = play(expired, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess); // or the client's clock, or its store
    CHECK(found[0].side == Party::server);
    CHECK(fit(expired, c) == Fit::exact);

    Conversation not_captured = failed_by(Side::client, "certificate_expired", 0x0304);
    not_captured.gaps.bytes_missing[Side::server] = 1'000;
    CHECK(play(expired, not_captured).empty());

    Conversation denied = failed_by(Side::client, "certificate_expired");
    with_chain(denied, Side::server, {pki::self_signed("in time")});
    CHECK(play(expired, denied).empty());
}

TEST_CASE("expired: dates have whole seconds")
{
    const auto leaf = pki::self_signed("host.example", {.not_after = date(2026, 6, 1)});
    for (const auto &[late, count] : {std::pair{Time{0}, 0u}, {second / 2, 0u}, {second - 1, 0u}, {second, 1u}}) {
        Conversation c = completed();
        with_chain(c, Side::server, {leaf});
        c.chain[Side::server].at.time = date(2026, 6, 1) + late;
        CHECK(play(expired, c).size() == count);
    }
}

static const pki::Spec one_key{.key = "ED25519-3", .ca = true};

static pki::Spec old(pki::Spec spec)
{
    spec.not_after = date(2026, 5, 1);
    return spec;
}

TEST_CASE("expired: an old certificate of a CA beside the present one is to be taken out")
{
    const auto root = pki::make_ca("Lab Root");
    const auto present = pki::issue(root, "Lab Issuing", one_key),
               before = pki::issue(root, "Lab Issuing", old(one_key));
    const auto leaf = pki::issue(present, "host.example");
    const auto findings = [](Conversation c, const std::vector<pki::Identity> &chain) {
        with_chain(c, Side::server, chain);
        return play(expired, c);
    };
    const Findings found = findings(completed(), {leaf, before, present});
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "a valid certificate of this CA was sent after it"));
    CHECK(has(found[0].remedy, "Remove the expired certificate of CN=Lab Issuing"));
    CHECK(findings(completed(), {leaf, present, before}).empty());
    CHECK(findings(completed(), {leaf, present, before, root}).empty());
    const Findings alone = findings(completed(), {leaf, before});
    REQUIRE(alone.size() == 1);
    CHECK(alone[0].remedy.empty());

    for (const auto &[alert, expected] :
         {std::pair{"certificate_expired", Fit::exact}, {"bad_certificate", Fit::possible}}) {
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {leaf, before, present});
        CHECK(fit(expired, c) == expected);
    }
}

TEST_CASE("expired: a cross certificate of a root is to be taken out")
{
    const auto root = pki::make_ca("New Root", one_key);
    const auto older = pki::make_ca("Old Root", {.not_after = date(2026, 5, 1)});
    const auto cross = pki::issue(older, "New Root", old(one_key));
    const auto issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    const auto leaf = pki::issue(issuing, "host.example");
    World world;
    const auto findings = [&](Conversation c) {
        with_chain(c, Side::server, {leaf, issuing, cross});
        return play(expired, c);
    };
    const Findings found = findings(completed(0x0303, world));
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].remedy, "If this CA is a root, the client needs it in its trust store"));

    world.trusts({root}); // a peer with this store does not need it
    CHECK(findings(completed(0x0303, world)).empty());
    CHECK(findings(failed_by(Side::client, "bad_certificate", 0x0303, world)).empty());
    CHECK(findings(failed_by(Side::client, "certificate_expired", 0x0303, world)).size() == 1); // it has another one
    world.trusts({pki::make_ca("New Root")});                                                   // another key
    CHECK(findings(completed(0x0303, world)).size() == 1);
}
