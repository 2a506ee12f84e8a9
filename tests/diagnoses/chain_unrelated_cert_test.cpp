// Tests the diagnosis chain_unrelated_cert.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis chain_unrelated_cert;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");
static const pki::Identity issuing = pki::issue(root, "Lab Issuing", {.ca = true});
static const pki::Identity renewed = pki::issue(root, "Lab Issuing", {.ca = true}); // the same name with a new key
static const pki::Identity leaf = pki::issue(issuing, "host.example");
static const pki::Identity stranger = pki::make_ca("Other Root");

TEST_CASE("chain_unrelated_cert: what counts, and what only looks like it")
{
    const auto other_leaf = pki::issue(issuing, "other.example");
    const auto self_signed = pki::self_signed("printer");
    check_chains(chain_unrelated_cert,
                 {
                     {"another root", {leaf, issuing, root, stranger}, "certificate 4 of 4, CN=Other Root"},
                     {"in between", {leaf, stranger, issuing}, "certificate 2 of 3"},
                     {"another leaf", {leaf, issuing, other_leaf}, "CN=other.example"},
                     {"the CA's of before (issuer_key_mismatch)", {leaf, renewed}, nullptr},
                     {"both of the CA's", {leaf, issuing, renewed}, "certificate 3 of 3"},
                     {"above a gap", {leaf, root}, "this certificate may belong above it"},
                     {"behind a self-signed leaf", {self_signed, root}, "CN=Lab Root"},
                     {"all of a path", {leaf, issuing, root}, nullptr},
                     {"out of order", {leaf, root, issuing}, nullptr},
                     {"upside down", {root, issuing, leaf}, nullptr},
                     {"twice", {leaf, issuing, issuing, leaf}, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}

TEST_CASE("chain_unrelated_cert: cross-certificates are on a path too")
{
    const auto key = pki::Spec{.key = "ED25519-7", .ca = true};
    const auto one = pki::issue(root, "Crossed CA", key), other = pki::issue(stranger, "Crossed CA", key);
    check_chains(chain_unrelated_cert,
                 {{"both", {pki::issue(one, "host.example"), one, other}, nullptr},
                  {"and both roots", {pki::issue(one, "host.example"), one, other, root, stranger}, nullptr}});
}

TEST_CASE("chain_unrelated_cert: how sure")
{
    const auto certainty = [](const std::vector<pki::Identity> &chain) {
        Conversation c = completed();
        with_chain(c, Side::server, chain);
        return play(chain_unrelated_cert, c).at(0).certainty;
    };
    CHECK(certainty({leaf, issuing, root, stranger}) == Certainty::proven);
    CHECK(certainty({leaf, issuing, pki::self_signed("printer")}) == Certainty::proven); // not a CA
    CHECK(certainty({leaf, issuing, stranger}) == Certainty::strong); // the issuer of the intermediate is not sent
    CHECK(certainty({leaf, stranger}) == Certainty::guess);
}

TEST_CASE("chain_unrelated_cert: the old root beside one that the user trusts")
{
    World world;
    world.trusts({root});
    Conversation c = completed(0x0303, world);
    with_chain(c, Side::server, {leaf, issuing, pki::make_ca("Lab Root")});
    const Findings found = play(chain_unrelated_cert, c);
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "CN=Lab Root, is trusted"));
}

TEST_CASE("chain_unrelated_cert: stacks skip what they do not need")
{
    check_fits(chain_unrelated_cert, {leaf, issuing, stranger},
               {{"unknown_ca", Fit::possible}, {"certificate_expired", Fit::none}});
    check_fits(chain_unrelated_cert, {leaf, stranger}, {{"unknown_ca", Fit::possible}});
    check_fits(chain_unrelated_cert, {leaf, pki::self_signed("printer")}, {{"unknown_ca", Fit::possible}});
}
