// Tests the diagnosis not_yet_valid.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis not_yet_valid;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

using pki::date;

TEST_CASE("not_yet_valid: what counts, and what only looks like it")
{
    const auto root = pki::make_ca("Lab Root", {.not_before = date(2027)});
    const auto issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    const auto new_issuing = pki::issue(root, "New Issuing", {.not_before = date(2026, 6, 13), .ca = true});
    const auto leaf = pki::issue(issuing, "host.example");
    const auto new_leaf = pki::issue(issuing, "new.example", {.not_before = date(2026, 6, 13)});
    const auto from_today = pki::issue(issuing, "today.example", {.not_before = date(2026, 6, 1)});
    check_chains(not_yet_valid,
                 {
                     {"the leaf", {new_leaf, issuing}, "is valid only from 2026-06-13 00:00 UTC, 11 days after"},
                     {"an intermediate", {pki::issue(new_issuing, "a.example"), new_issuing}, "CN=New Issuing"},
                     {"a self-signed leaf", {pki::self_signed("box", {.not_before = date(2030)})}, "CN=box"},
                     {"from this very day on", {from_today, issuing}, nullptr},
                     {"all in time", {leaf, issuing}, nullptr},
                     {"only the root", {leaf, issuing, root}, nullptr},
                     {"off the path", {leaf, issuing, new_leaf}, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}

TEST_CASE("not_yet_valid: a clock that cannot be right judges nothing")
{
    Conversation c = completed();
    with_chain(c, Side::server, {pki::self_signed("box", {.not_before = date(2020)})});
    for (const Time wrong : {Time{0}, date(1989, 12, 31)}) {
        c.chain[Side::server].at.time = wrong;
        CHECK(play(not_yet_valid, c).empty());
    }
    c.chain[Side::server].at.time = date(2020); // the first second is within (RFC 5280, 4.1.2.5)
    CHECK(play(not_yet_valid, c).empty());
    c.chain[Side::server].at.time = date(2019, 12, 31);
    CHECK(play(not_yet_valid, c).size() == 1);
}

TEST_CASE("not_yet_valid: how well it explains an ending")
{
    check_fits(not_yet_valid, {pki::self_signed("box", {.not_before = date(2030)})},
               {{"certificate_expired", Fit::exact},
                {"bad_certificate", Fit::good},
                {"certificate_unknown", Fit::good},
                {"handshake_failure", Fit::possible},
                {"unknown_ca", Fit::none},
                {"certificate_revoked", Fit::none}});
}
