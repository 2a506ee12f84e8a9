// A side sends a self-signed leaf: a peer can trust it only if this very certificate is installed there.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis self_signed_leaf{
    .title = "The leaf certificate is self-signed",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "The first certificate of a Certificate message has the same subject and issuer, and its own key verifies "
            "its signature.",
    .remedy = "Give the side that sends it a certificate from a CA that the peer trusts, or add this very certificate "
              "to the peer's trust store.",
    .sources = {"RFC 5280, 3.2", "RFC 5280, 6.1", "RFC 8446, 4.4.2.4"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Findings examine(const Conversation &c, const Event &event)
{
    const Certificate *leaf = readable_leaf(c, event.side);
    if (!leaf || !leaf->self_signed || c.history->trust->contains(*leaf) || fingerprint_is_signalled(c))
        return {};
    Finding finding;
    finding.side = party(event.side);
    finding.detail = "the subject and the issuer of the " + std::string{name(event.side)} + "'s certificate are both " +
                     short_name(leaf->subject_text) + ", and its own key verifies its signature";
    finding.because = named(event.side, *leaf) +
                      " is self-signed; a peer can trust it only if this very certificate is installed there";
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return distrust_fit(c, judge_of(finding));
}

} // namespace tlsdiag
