// Tests the diagnosis x509_v1.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis x509_v1;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");

TEST_CASE("x509_v1: what counts, and what only looks like it")
{
    const auto issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    const auto old_issuing = pki::issue(root, "Old Issuing", {.version = 1});
    const auto old_root = pki::self_signed("Old Root", {.version = 1});
    const auto leaf = pki::issue(issuing, "host.example");
    const auto old_leaf = pki::issue(issuing, "host.example", {.version = 1});
    check_chains(x509_v1,
                 {
                     {"the leaf", {old_leaf, issuing}, "version 1"},
                     {"version 2", {pki::issue(root, "host.example", {.version = 2, .key_ids = false})}, "version 2"},
                     {"an intermediate", {pki::issue(old_issuing, "host.example"), old_issuing}, "CN=Old Issuing"},
                     {"a self-signed leaf", {old_root}, "CN=Old Root"},
                     {"all of version 3", {leaf, issuing, root}, nullptr},
                     {"only the root", {pki::issue(old_root, "host.example"), old_root}, nullptr},
                     {"off the path", {leaf, issuing, old_leaf}, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}

TEST_CASE("x509_v1: how well it explains an ending")
{
    check_fits(x509_v1, {pki::issue(root, "host.example", {.version = 1})},
               {{"unsupported_certificate", Fit::exact},
                {"bad_certificate", Fit::good},
                {"certificate_unknown", Fit::good},
                {"unknown_ca", Fit::none}});
}
