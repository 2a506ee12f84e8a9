// Tests the diagnosis issuer_not_sent.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis issuer_not_sent, missing_intermediate;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");
static const pki::Identity leaf = pki::issue(root, "host.example");

TEST_CASE("issuer_not_sent: what counts, and what only looks like it")
{
    const auto issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    check_chains(issuer_not_sent,
                 {
                     {"a leaf alone", {leaf}, "sent only its own certificate, without the issuer CN=Lab Root"},
                     {"with a stranger",
                      {leaf, pki::make_ca("Other Root")},
                      "sent 2 certificates, without the issuer CN=Lab Root"},
                     {"its root is sent", {leaf, root}, nullptr},
                     {"an intermediate is sent", {pki::issue(issuing, "host.example"), issuing}, nullptr},
                     {"its issuer with another key", {leaf, pki::make_ca("Lab Root")}, nullptr},
                     {"a self-signed leaf", {pki::self_signed("printer")}, nullptr},
                     {"a CA as leaf", {issuing}, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}

TEST_CASE("issuer_not_sent: whatever tells a root from an intermediate silences it")
{
    World world;
    const auto found = [&](Conversation c, Side side) {
        with_chain(c, side, {leaf});
        return play(issuer_not_sent, c).size();
    };
    CHECK(found(completed(0x0303, world), Side::server) == 1);

    Conversation asked = completed(0x0303, world);
    with_request(asked, subjects({root}));
    CHECK(found(asked, Side::client) == 0);

    world.saw(root, 3);
    CHECK(found(completed(0x0303, world), Side::server) == 0);

    World trusting;
    trusting.trusts({root});
    CHECK(found(completed(0x0303, trusting), Side::server) == 0);

    World judging;
    judging.trusts({pki::make_ca("Other Root")});
    Conversation judged = completed(0x0303, judging);
    with_chain(judged, Side::server, {leaf});
    CHECK(has(play(issuer_not_sent, judged).at(0).detail, "does not contain it"));
}

TEST_CASE("issuer_not_sent: nothing where missing_intermediate has spoken, on the same side")
{
    Conversation c = failed_by(Side::client, "unknown_ca");
    with_chain(c, Side::server, {leaf});
    REQUIRE(play(missing_intermediate, c).size() == 1);
    CHECK(play(issuer_not_sent, c).empty());
    with_chain(c, Side::client, {pki::issue(root, "device-1")});
    CHECK(play(issuer_not_sent, c).size() == 1);
}

TEST_CASE("issuer_not_sent: no CA counts where the fingerprint is signalled")
{
    Conversation c = completed();
    c.client_hello.what.extensions = {14}; // use_srtp
    with_chain(c, Side::server, {leaf});
    CHECK(play(issuer_not_sent, c).empty());
}
