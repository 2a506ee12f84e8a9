// Tests the diagnosis certificate_malformed.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis certificate_malformed;
extern const Diagnosis hostname_mismatch;
extern const Diagnosis no_san;
} // namespace tlsdiag

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");

static pki::Identity leaf(const std::string &extension, const std::string &value)
{
    return pki::issue(root, "host.example", {.more = {{extension, value}}});
}

TEST_CASE("certificate_malformed: what counts, and what only looks like it")
{
    const auto explicit_root = pki::make_ca("Curve Root", {.key = "EXPLICIT-P-256"});
    const auto odd_root = pki::make_ca("Odd Root", {.serial = -5});
    const auto limited = pki::issue(
        root, "Limited CA", {.ca = true, .more = {{"nameConstraints", "critical,permitted;email:lab.example"}}});
    const auto same_twice = pki::issue(root, "host.example",
                                       {.more = {{"keyUsage", "digitalSignature"}, {"keyUsage", "digitalSignature"}}});
    check_chains(
        certificate_malformed,
        {
            {"a subjectAltName that does not decode",
             {leaf("subjectAltName", "DER:0500")},
             "its extension subjectAltName does not decode"},
            {"basicConstraints", {leaf("basicConstraints", "DER:0500")}, "basicConstraints does not decode"},
            {"nameConstraints", {leaf("nameConstraints", "DER:0500")}, "nameConstraints does not decode"},
            {"authorityInfoAccess", {leaf("authorityInfoAccess", "DER:0500")}, "authorityInfoAccess does not decode"},
            {"an address as text",
             {leaf("subjectAltName", "DER:300a8708"
                                     "3139322e302e322e")},
             "an iPAddress in its subjectAltName has 8 bytes"},
            {"an extension twice", {same_twice}, "one of its extensions occurs twice"},
            {"a negative serial number", {pki::issue(root, "host.example", {.serial = -5})}, "is negative"},
            {"an explicit curve",
             {pki::self_signed("host.example", {.key = "EXPLICIT-P-256"})},
             "the parameters of a curve"},
            {"of the root",
             {pki::issue(explicit_root, "host.example"), explicit_root},
             "the root CN=Curve Root in the"},
            {"a name that cannot be compared",
             {pki::issue(limited, "host.example", {.sans = {"email:nobody"}}), limited},
             "its rfc822Name nobody cannot"},
            {"a usual certificate",
             {pki::issue(root, "host.example", {.sans = {"host.example", "IP:192.0.2.1"}}), root},
             nullptr},
            {"a number of the root", {pki::issue(odd_root, "host.example"), odd_root}, nullptr},
            {"an unknown extension", {leaf("1.2.3.4", "DER:0500")}, nullptr},
            {"no certificate", {}, nullptr},
        });
}

TEST_CASE("certificate_malformed: a subjectAltName that does not decode has no host name, and is not absent")
{
    Conversation c = completed();
    with_chain(c, Side::server, {leaf("subjectAltName", "DER:0500")});
    CHECK(play(no_san, c).empty());
    CHECK(play(hostname_mismatch, c).empty());
}

TEST_CASE("certificate_malformed: how well it explains a refusal")
{
    check_fits(certificate_malformed, {leaf("subjectAltName", "DER:0500")},
               {{"bad_certificate", Fit::good},
                {"certificate_unknown", Fit::good},
                {"decode_error", Fit::good},
                {"unknown_ca", Fit::good},
                {"certificate_expired", Fit::none}});
}
