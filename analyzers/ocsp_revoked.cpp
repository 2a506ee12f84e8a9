// The stapled OCSP response says that the certificate is revoked.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "core/handshake/stapling.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis ocsp_revoked{
    .title = "The stapled OCSP response says the certificate is revoked",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::certificate_status,
    .wire = "The OCSP response in CertificateStatus (TLS 1.3: in the Certificate message) has the status revoked for "
            "the leaf, and its signature does not fail verification.",
    .remedy = "Replace the certificate on the side that sends it; use a new key if the old one was compromised.",
    .sources = {"RFC 6960, 2.2", "RFC 6066, 8", "RFC 8446, 4.4.2.1", "RFC 8446, 6.2 (certificate_revoked)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Findings examine(const Conversation &c, const Event &event)
{
    const std::optional<Stapled> staple = stapled(c, event.side);
    if (!staple || !is_authentic(staple->said) || staple->said.status != OcspStaple::Status::revoked)
        return {};
    const OcspStaple &said = staple->said;
    const std::string which = named(event.side, *c.chain[event.side]->leaf());
    const std::string since = said.revoked_at ? " on " + date_text(*said.revoked_at) : "";
    const std::string why = said.reason.empty() ? "" : " (" + said.reason + ")";
    Finding finding;
    finding.side = party(event.side);
    finding.because = which + " was revoked" + since + why;
    finding.detail = finding.because + ", according to the stapled OCSP response from " + said.responder + " of " +
                     date_text(said.this_update);
    finding.evidence = {c.chain[event.side].at.frame, staple->at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {"certificate_revoked", "bad_certificate_status_response"});
}

} // namespace tlsdiag
