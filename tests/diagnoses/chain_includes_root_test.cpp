// Tests the diagnosis chain_includes_root.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis chain_includes_root;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("chain_includes_root: what counts, and what only looks like it")
{
    const auto root = pki::make_ca("Lab Root"), other = pki::make_ca("Other Root");
    const auto issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    const auto leaf = pki::issue(issuing, "host.example");
    const auto crossed = pki::issue(other, "Lab Root", {.ca = true});
    const auto self_signed = pki::self_signed("printer");
    check_chains(chain_includes_root,
                 {
                     {"at the end", {leaf, issuing, root}, "certificate 3 of 3 is the root CN=Lab Root"},
                     {"before its time", {leaf, root, issuing}, "certificate 2 of 3"},
                     {"of another CA", {leaf, issuing, other}, "CN=Other Root"},
                     {"behind a self-signed leaf", {self_signed, root}, "certificate 2 of 2"},
                     {"not sent", {leaf, issuing}, nullptr},
                     {"a cross-certificate", {leaf, issuing, crossed}, nullptr},
                     {"a self-signed leaf", {self_signed}, nullptr},
                     {"a self-signed leaf twice", {self_signed, self_signed}, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}
