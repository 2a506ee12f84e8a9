// A certificate of either side had expired when it was sent. The frame's time decides, never today's date.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis expired{
    .title = "A certificate has expired",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::ended,
    .wire = "The notAfter of the leaf or of an intermediate in a Certificate message is earlier than the frame's time; "
            "or the peer sends certificate_expired about a certificate that is encrypted.",
    .remedy = "Renew the certificate on the side that sends it; if its dates are right, correct the peer's clock.",
    .sources = {"RFC 5280, 4.1.2.5", "RFC 5280, 6.1.3 (a) (2)", "RFC 8446, 6.2 (certificate_expired)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Finding about(const Conversation &c, Side side, const Certificate &certificate)
{
    const Moment &at = c.chain[side].at;
    const std::string late = span_text(certificate.not_after, at.time);
    const std::string which = named_in_chain(c, side, certificate);
    Finding finding;
    finding.side = party(side);
    finding.because = which + " expired on " + date_text(certificate.not_after) + ", " + late + " before it was sent";
    finding.detail = finding.because + " (" + date_text(at.time) + ")";
    finding.evidence = {at.frame};
    return finding;
}

// The certificate is encrypted, but the alert that names its fault is not.
static Findings by_alert(const Conversation &c, Side refuser)
{
    const Side side = peer(refuser);
    if (!ended_by_alert(c, refuser, {"certificate_expired"}) || !certificate_is_encrypted(c, side))
        return {};
    Finding finding;
    finding.side = party(side);
    finding.certainty = Certainty::strong;
    finding.detail = "certificate_expired from the " + std::string{name(refuser)} + " on " +
                     date_text(c.ending.at.time) + "; the certificate is encrypted and cannot be read";
    finding.because = "the " + std::string{name(side)} +
                      "'s certificate, which is encrypted and cannot be read, has expired according to the " +
                      std::string{name(refuser)} + "'s clock";
    return {finding};
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (event.kind == EventKind::ended)
        return by_alert(c, event.side);
    if (!is_sane(event.at.time))
        return {};
    for (const Certificate *certificate : below_root(c, event.side))
        if (certificate->not_after < event.at.time)
            return {about(c, event.side, *certificate)};
    return {};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {"certificate_expired"});
}

} // namespace tlsdiag
