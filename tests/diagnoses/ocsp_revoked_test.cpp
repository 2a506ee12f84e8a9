// Tests the diagnosis ocsp_revoked.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"
#include "support/pki_ocsp.hpp"

namespace tlsdiag {
extern const Diagnosis ocsp_revoked;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root"), namesake = pki::make_ca("Lab Root");
static const pki::Identity leaf = pki::issue(root, "host.example"), sibling = pki::issue(root, "host.example");
static const pki::StapleSpec revoked{.status = V_OCSP_CERTSTATUS_REVOKED};

static void with_staple(Conversation &c, const Octets &response)
{
    c.certificate_status = seen(frames::server_chain, CertificateStatus{1, response});
}

TEST_CASE("ocsp_revoked: what counts, and what only looks like it")
{
    const auto responder = pki::issue(root, "Lab Responder", {.eku = "OCSPSigning"});
    const auto stranger = pki::issue(root, "Lab Server", {.eku = "serverAuth"});
    struct Case {
        const char *name;
        Octets response;
        bool fires;
    };
    const std::vector<Case> cases{
        {"revoked", pki::staple(root, root, leaf, revoked), true},
        {"by the issuer's responder",
         pki::staple(responder, root, leaf, {.status = V_OCSP_CERTSTATUS_REVOKED, .with_signer = true}), true},
        {"good", pki::staple(root, root, leaf), false},
        {"not known", pki::staple(root, root, leaf, {.status = V_OCSP_CERTSTATUS_UNKNOWN}), false},
        {"another certificate is", pki::staple(root, root, sibling, revoked), false},
        {"another key has signed", pki::staple(namesake, root, leaf, revoked), false},
        {"one without the right to has signed",
         pki::staple(stranger, root, leaf, {.status = V_OCSP_CERTSTATUS_REVOKED, .with_signer = true}), false},
        {"an error of the responder", pki::refused_staple(OCSP_RESPONSE_STATUS_TRYLATER), false},
        {"no response at all", {}, false},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        Conversation c = completed();
        with_chain(c, Side::server, {leaf, root});
        with_staple(c, one.response);
        const Findings found = play(ocsp_revoked, c);
        REQUIRE(found.size() == (one.fires ? 1u : 0u));
        if (one.fires) {
            CHECK(has(found[0].detail, "2023-01-01 00:00 UTC (keyCompromise)"));
            CHECK(found[0].side == Party::server);
        }
    }
}

TEST_CASE("ocsp_revoked: TLS 1.3, either side")
{
    for (const Side side : {Side::server, Side::client}) {
        Conversation c = completed(0x0304);
        with_chain(c, side, {leaf, root});
        CHECK(play(ocsp_revoked, c).empty());
        c.chain[side].what.ocsp_response = pki::staple(root, root, leaf, revoked);
        const Findings found = play(ocsp_revoked, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].side == party(side));
    }
}

TEST_CASE("ocsp_revoked: how well it explains")
{
    const std::pair<const char *, Fit> alerts[] = {
        {"certificate_revoked", Fit::exact}, {"bad_certificate_status_response", Fit::exact},
        {"bad_certificate", Fit::good},      {"certificate_unknown", Fit::good},
        {"unknown_ca", Fit::none},           {"certificate_expired", Fit::none},
        {"decrypt_error", Fit::none},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {leaf, root});
        with_staple(c, pki::staple(root, root, leaf, revoked));
        CHECK(fit(ocsp_revoked, c) == expected);
    }
}
