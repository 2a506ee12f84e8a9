// Tests the diagnosis ca_certificate_as_leaf.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis ca_certificate_as_leaf;
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

TEST_CASE("ca_certificate_as_leaf: the leaf is missing, and what is near it")
{
    const Lab lab;
    const auto named = pki::issue(lab.root, "host.example", {.sans = {"host.example"}, .ca = true});
    check_chains(ca_certificate_as_leaf,
                 {{"alone", {lab.issuing}, "the CA CN=Lab Issuing (issued by CN=Lab Root)"},
                  {"with its root", {lab.issuing, lab.root}, "the first of 2 certificates"},
                  {"a whole chain", {lab.leaf, lab.issuing}, nullptr},
                  {"in the wrong order", {lab.issuing, lab.leaf}, nullptr},
                  {"the root alone, as devices have it", {lab.root}, nullptr},
                  {"a server's own certificate that is marked as a CA's", {named, lab.root}, nullptr},
                  {"empty", {}, nullptr}});
}

TEST_CASE("ca_certificate_as_leaf: how well it explains an ending")
{
    const Lab lab;
    check_fits(ca_certificate_as_leaf, {lab.issuing},
               {{"decrypt_error", Fit::exact},
                {"bad_certificate", Fit::good},
                {"unknown_ca", Fit::none},
                {"handshake_failure", Fit::possible},
                {"protocol_version", Fit::none}});
}
