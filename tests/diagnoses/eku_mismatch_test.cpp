// Tests the diagnosis eku_mismatch.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis eku_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");

TEST_CASE("eku_mismatch: each usage in each role")
{
    struct Case {
        const char *usage;
        bool server, client; // found for a server's leaf, for a client's
    };
    const std::vector<Case> cases{
        {"", false, false},
        {"serverAuth", false, true},
        {"clientAuth", true, false},
        {"emailProtection", true, true},
        {"serverAuth,clientAuth", false, false},
        {"anyExtendedKeyUsage", false, false},
        {"msSGC", false, true},
        {"codeSigning,clientAuth", true, false},
    };
    for (const Case &one : cases)
        for (const Side side : {Side::server, Side::client}) {
            INFO("\"" << one.usage << "\", of the " << name(side));
            Conversation c = completed();
            with_chain(c, side, {pki::issue(root, "host.example", {.eku = one.usage})});
            CHECK(play(eku_mismatch, c).size() == ((side == Side::server ? one.server : one.client) ? 1u : 0u));
        }
}

TEST_CASE("eku_mismatch: an intermediate hands its limits down, a root and a stranger do not")
{
    const auto mail = pki::issue(root, "Lab Mail CA", {.eku = "emailProtection", .ca = true});
    const auto mail_root = pki::make_ca("Mail Root", {.eku = "emailProtection"});
    const auto both = pki::issue(root, "host.example", {.eku = "serverAuth,clientAuth"});
    check_chains(eku_mismatch,
                 {
                     {"an intermediate", {pki::issue(mail, "host.example"), mail}, "another purpose, not"},
                     {"the root", {pki::issue(mail_root, "host.example"), mail_root}, nullptr},
                     {"a stranger", {both, mail}, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}

TEST_CASE("eku_mismatch: how well it explains an ending")
{
    check_fits(eku_mismatch, {pki::issue(root, "host.example", {.eku = "clientAuth"})},
               {{"unsupported_certificate", Fit::exact},
                {"bad_certificate", Fit::good},
                {"certificate_unknown", Fit::good},
                {"handshake_failure", Fit::possible},
                {"unknown_ca", Fit::none}});
}
