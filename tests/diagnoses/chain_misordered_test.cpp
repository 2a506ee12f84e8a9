// Tests the diagnosis chain_misordered.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis chain_misordered;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");
static const pki::Identity upper = pki::issue(root, "Upper CA", {.ca = true});
static const pki::Identity lower = pki::issue(upper, "Lower CA", {.ca = true});
static const pki::Identity leaf = pki::issue(lower, "host.example");

TEST_CASE("chain_misordered: what counts, and what only looks like it")
{
    const auto stranger = pki::make_ca("Other Root");
    check_chains(
        chain_misordered,
        {
            {"swapped", {leaf, upper, lower}, "certificate 2 of 3, CN=Upper CA, comes before"},
            {"the root first", {leaf, root, lower, upper}, "CN=Lab Root"},
            {"upside down", {root, upper, lower, leaf}, "certificate 4 of 4, CN=host.example, is the leaf"},
            {"the leaf last, a gap between", {lower, leaf}, "certificate 2 of 2, CN=host.example, is the leaf"},
            {"in order", {leaf, lower, upper, root}, nullptr},
            {"without the root", {leaf, lower, upper}, nullptr},
            {"a stranger between", {leaf, stranger, lower, upper}, nullptr},
            {"the leaf twice", {leaf, leaf, lower, upper}, nullptr},
            {"an issuer twice", {leaf, lower, upper, lower}, nullptr},
            {"a CA as leaf, and a stranger", {stranger, leaf}, nullptr},
            {"a self-signed leaf", {pki::make_ca("printer")}, nullptr},
            {"no certificate", {}, nullptr},
        });
}

TEST_CASE("chain_misordered: most stacks sort, so it is a possible cause at best")
{
    check_fits(chain_misordered, {leaf, upper, lower},
               {{"unknown_ca", Fit::possible}, {"bad_certificate", Fit::possible}, {"certificate_expired", Fit::none}});
}
