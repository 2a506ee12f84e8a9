// A certificate of either side was not valid yet when it was sent, by the frame's time and never by today's date.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis not_yet_valid{
    .title = "A certificate is not valid yet",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "The notBefore of the leaf or of an intermediate in a Certificate message is later than the frame's time.",
    .remedy = "Correct the clock of the CA or of the peer, or wait; until then, use the previous certificate on the "
              "side that sends it.",
    .sources = {"RFC 5280, 4.1.2.5", "RFC 5280, 6.1.3 (a) (2)", "RFC 8446, 6.2 (certificate_expired)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Finding about(const Conversation &c, Side side, const Certificate &certificate)
{
    const Moment &at = c.chain[side].at;
    const std::string early = span_text(at.time, certificate.not_before);
    const std::string which = named_in_chain(c, side, certificate);
    Finding finding;
    finding.side = party(side);
    finding.because =
        which + " is valid only from " + date_text(certificate.not_before) + ", " + early + " after it was sent";
    finding.detail = finding.because + " (" + date_text(at.time) + ")";
    return finding;
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (!is_sane(event.at.time))
        return {};
    for (const Certificate *certificate : below_root(c, event.side))
        if (is_early(*certificate, event.at.time) && !is_above_trusted(c, event.side, *certificate))
            return {about(c, event.side, *certificate)};
    return {};
}

// RFC 8446, 6.2: certificate_expired also means "not currently valid".
static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {"certificate_expired"});
}

} // namespace tlsdiag
