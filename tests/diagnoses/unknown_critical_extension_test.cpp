// Tests the diagnosis unknown_critical_extension.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis unknown_critical_extension;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");

static pki::Identity leaf(const std::string &id, const std::string &value)
{
    return pki::issue(root, "host.example", {.sans = {"host.example"}, .more = {{id, value}}});
}

TEST_CASE("unknown_critical_extension: what counts, and what only looks like it")
{
    const std::string own = "1.3.6.1.4.1.55555.1", poison = "1.3.6.1.4.1.11129.2.4.3";
    const auto issuing = pki::issue(root, "Lab Issuing", {.ca = true, .more = {{own, "critical,DER:0500"}}});
    const auto odd_root = pki::make_ca("Odd Root", {.more = {{own, "critical,DER:0500"}}});
    check_chains(unknown_critical_extension,
                 {
                     {"a private one",
                      {leaf(own, "critical,DER:0500")},
                      "has the critical extension 1.3.6.1.4.1.55555.1, which"},
                     {"a precertificate", {leaf(poison, "critical,DER:0500")}, "1.3.6.1.4.1.11129.2.4.3 (CT Precert"},
                     {"of an intermediate", {pki::issue(issuing, "host.example"), issuing}, "the intermediate"},
                     {"not critical", {leaf(own, "DER:0500")}, nullptr},
                     {"critical and known", {leaf("keyUsage", "critical,digitalSignature")}, nullptr},
                     {"of the root", {pki::issue(odd_root, "host.example"), odd_root}, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}

TEST_CASE("unknown_critical_extension: how well it explains a refusal")
{
    check_fits(unknown_critical_extension, {leaf("1.2.3.4", "critical,DER:0500")},
               {{"certificate_unknown", Fit::good}, {"bad_certificate", Fit::good}, {"unknown_ca", Fit::none}});
}
