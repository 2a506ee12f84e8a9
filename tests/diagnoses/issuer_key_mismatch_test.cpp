// Tests the diagnosis issuer_key_mismatch.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis issuer_key_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");
static const pki::Identity issuing = pki::issue(root, "Lab Issuing", {.ca = true});
static const pki::Identity renewed = pki::issue(root, "Lab Issuing", {.ca = true}); // the same name with a new key
static const pki::Identity leaf = pki::issue(issuing, "host.example");

TEST_CASE("issuer_key_mismatch: what counts, and what only looks like it")
{
    const auto plain_root = pki::make_ca("Plain Root", {.key_ids = false});
    const auto plain_other = pki::make_ca("Plain Root", {.key_ids = false});
    const auto plain_leaf = pki::issue(plain_root, "host.example", {.key_ids = false});
    const auto new_root = pki::make_ca("Lab Root");
    // The same key under another key id, as some tools compute it: many stacks ignore key ids.
    const auto fixed = pki::issue(root, "Fixed CA", {.key = "ED25519-9", .ca = true});
    const auto under_it = pki::issue(fixed, "host.example");
    const auto other_id =
        pki::issue(root, "Fixed CA",
                   {.key = "ED25519-9",
                    .key_ids = false,
                    .more = {{"basicConstraints", "critical,CA:TRUE"}, {"subjectKeyIdentifier", "01020304"}}});
    check_chains(issuer_key_mismatch,
                 {
                     {"the CA's certificate of before", {leaf, renewed}, "but another key: its key id is"},
                     {"and its root", {leaf, renewed, root}, "certificate 2 of 3, CN=Lab Issuing"},
                     {"a renewed root", {leaf, issuing, new_root}, "has the name of the issuer of CN=Lab Issuing"},
                     {"without key ids", {plain_leaf, plain_other}, "does not verify the signature of CN=host.example"},
                     {"the right one", {leaf, issuing}, nullptr},
                     {"both", {leaf, renewed, issuing, root}, nullptr},
                     {"another CA", {leaf, pki::make_ca("Other Root")}, nullptr},
                     {"the leaf alone", {leaf}, nullptr},
                     {"the same key under another key id", {under_it, other_id}, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}

TEST_CASE("issuer_key_mismatch: an issuer that the user trusts is not missing")
{
    World world;
    world.trusts({root});
    const auto check = [&](const std::vector<pki::Identity> &chain) {
        Conversation c = completed(0x0303, world);
        with_chain(c, Side::server, chain);
        return play(issuer_key_mismatch, c).size();
    };
    CHECK(check({leaf, issuing, pki::make_ca("Lab Root")}) == 0);
    CHECK(check({leaf, renewed}) == 1);
}

TEST_CASE("issuer_key_mismatch: after a failure, the signatures are verified")
{
    const auto check = [](const std::vector<pki::Identity> &chain, std::string_view alert) {
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, chain);
        return play(issuer_key_mismatch, c);
    };
    const Findings found = check({pki::damaged(leaf), issuing}, "decrypt_error");
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "the key of CN=Lab Issuing does not verify the signature of the server's certificate"));
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(check({leaf, issuing}, "decrypt_error").empty());
    CHECK(check({leaf, pki::damaged(issuing), root}, "bad_certificate").size() == 1);
    CHECK(check({leaf, pki::damaged(issuing)}, "bad_certificate").empty()); // nobody knows the key above it
}

TEST_CASE("issuer_key_mismatch: a trust store that the user named has the CA with another key")
{
    World world;
    world.trusts({pki::make_ca("Lab Root")});
    const auto check = [&](const std::vector<pki::Identity> &chain, Side by, std::string_view alert) {
        Conversation c = failed_by(by, alert, 0x0303, world);
        with_chain(c, peer(by), chain);
        return play(issuer_key_mismatch, c);
    };
    for (const Side by : {Side::client, Side::server}) {
        const Findings found = check({leaf, issuing}, by, "unknown_ca");
        REQUIRE(found.size() == 1);
        CHECK(found[0].side == party(by));
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(has(found[0].detail, "has a CA with the name CN=Lab Root, but its key did not sign CN=Lab Issuing"));
    }
    CHECK(check({leaf, issuing, root}, Side::client, "certificate_unknown").size() == 1);
    CHECK(check({leaf, issuing}, Side::client, "handshake_failure").empty());
    CHECK(check({pki::issue(pki::make_ca("Other Root"), "host.example")}, Side::client, "unknown_ca").empty());
    world.trusts({root});
    CHECK(check({leaf, issuing}, Side::client, "unknown_ca").empty());

    Conversation c = failed_by(Side::client, "unknown_ca", 0x0303, world);
    world.trusts({pki::make_ca("Lab Root")});
    with_chain(c, Side::server, {leaf, issuing});
    CHECK(fit(issuer_key_mismatch, c) == Fit::exact);
}

TEST_CASE("issuer_key_mismatch: how well it explains a refusal")
{
    check_fits(issuer_key_mismatch, {leaf, renewed},
               {{"unknown_ca", Fit::exact},
                {"bad_certificate", Fit::good},
                {"decrypt_error", Fit::good},
                {"handshake_failure", Fit::possible},
                {"certificate_expired", Fit::none}});
}
