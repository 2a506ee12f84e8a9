// Tests the diagnosis unknown_ca.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis unknown_ca, missing_intermediate, self_signed_leaf;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

struct Lab {
    pki::Identity root = pki::make_ca("Lab Root");
    pki::Identity issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    pki::Identity leaf = pki::issue(issuing, "host.example");
};

} // namespace

TEST_CASE("unknown_ca: the peer refuses the CA of a complete chain")
{
    const Lab lab;
    for (const Side refuser : {Side::client, Side::server}) {
        for (const auto &chain : {std::vector{lab.leaf, lab.issuing}, std::vector{lab.leaf, lab.issuing, lab.root}}) {
            Conversation c = failed_by(refuser, "unknown_ca");
            with_chain(c, peer(refuser), chain);
            const Findings found = play(unknown_ca, c);
            REQUIRE(found.size() == 1);
            CHECK(found[0].certainty == Certainty::proven);
            CHECK(found[0].side == party(refuser));
            CHECK(has(found[0].detail, "CN=Lab Root"));
            CHECK(unknown_ca.explains(c, found[0]) == Fit::exact);
        }
    }
}

TEST_CASE("unknown_ca: not where the chain itself is the fault")
{
    const Lab lab;
    Conversation incomplete = failed_by(Side::client, "unknown_ca");
    with_chain(incomplete, Side::server, {lab.leaf});
    REQUIRE(play(missing_intermediate, incomplete).size() == 1);
    CHECK(play(unknown_ca, incomplete).empty());

    Conversation self_signed = failed_by(Side::client, "unknown_ca");
    with_chain(self_signed, Side::server, {pki::self_signed("printer")});
    REQUIRE(play(self_signed_leaf, self_signed).size() == 1);
    CHECK(play(unknown_ca, self_signed).empty());

    Conversation no_certificate = failed_by(Side::server, "unknown_ca");
    with_chain(no_certificate, Side::client, {});
    CHECK(play(unknown_ca, no_certificate).empty());
}

TEST_CASE("unknown_ca: a private root by itself, and other alerts, are no refusal of the CA")
{
    const Lab lab;
    Conversation accepted = completed();
    with_chain(accepted, Side::server, {lab.leaf, lab.issuing});
    CHECK(play(unknown_ca, accepted).empty());
    for (const char *alert : {"bad_certificate", "certificate_unknown", "certificate_expired", "handshake_failure"}) {
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {lab.leaf, lab.issuing});
        CHECK(play(unknown_ca, c).empty());
    }
}

TEST_CASE("unknown_ca: says what the user's own store has")
{
    const Lab lab;
    World world;
    world.trusts({lab.root});
    Conversation c = failed_by(Side::client, "unknown_ca", 0x0303, world);
    with_chain(c, Side::server, {lab.leaf, lab.issuing});
    CHECK(has(play(unknown_ca, c).front().detail, " contains it"));

    Conversation other = failed_by(Side::client, "unknown_ca", 0x0303, world);
    const auto other_root = pki::make_ca("Other Root");
    with_chain(other, Side::server, {pki::issue(other_root, "host.example"), other_root});
    CHECK(has(play(unknown_ca, other).front().detail, " does not contain it"));
}

TEST_CASE("unknown_ca: in clear, of a chain that is encrypted")
{
    Conversation c = failed_by(Side::client, "unknown_ca", 0x0304);
    const Findings found = play(unknown_ca, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "cannot be read"));

    Conversation cut_short = failed_by(Side::client, "unknown_ca", 0x0304);
    cut_short.gaps.truncated = true;
    CHECK(play(unknown_ca, cut_short).empty());
    Conversation list_not_captured = failed_by(Side::server, "unknown_ca");
    const Lab lab;
    with_chain(list_not_captured, Side::client, {lab.leaf, lab.issuing});
    list_not_captured.gaps.truncated = true;
    CHECK(play(unknown_ca, list_not_captured).empty());
    Conversation not_captured = failed_by(Side::client, "unknown_ca");
    CHECK(play(unknown_ca, not_captured).empty());
}
