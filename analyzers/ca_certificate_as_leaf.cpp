// A side sends a CA's certificate where its own should be: the leaf is missing from its chain file.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis ca_certificate_as_leaf{
    .title = "A CA certificate stands where the leaf should be",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "The first certificate of a Certificate message is a CA's (basicConstraints CA:TRUE), is not self-signed, "
            "has no subjectAltName, and issued none of the others. The side often signs with the key of its own "
            "certificate, so the peer answers with decrypt_error.",
    .remedy = "Put the certificate of the side that sends the chain in front of the CA certificates in its chain file.",
    .sources = {"RFC 5246, 7.4.2", "RFC 8446, 4.4.2 (the sender's certificate comes first)", "RFC 5280, 4.2.1.9",
                "bitnami/containers issue 6654"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

// Servers with a certificate of their own that is marked as a CA's exist; they have the server's names in it. A chain
// in the wrong order has its leaf behind its CAs.
static Findings examine(const Conversation &c, const Event &event)
{
    const Side side = event.side;
    const Certificate *first = readable_leaf(c, side);
    if (!first || !first->is_ca || first->version < 3 || first->self_issued || first->has_san ||
        fingerprint_is_signalled(c))
        return {};
    const Chain &chain = *c.chain[side];
    const auto below = [&](const Certificate *one) {
        return one != first && one->readable && (!one->is_ca || may_have_issued(*first, *one));
    };
    if (std::ranges::any_of(chain.certificates, below))
        return {};
    const std::string who{name(side)}, ca = short_name(first->subject_text);
    Finding finding;
    finding.side = party(side);
    finding.detail = "the first of " + plural(chain.count, "certificate", "certificates") + " of the " + who +
                     " is that of the CA " + ca + " (issued by " + short_name(first->issuer_text) +
                     "), and no certificate of the " + who + " itself was sent";
    finding.because = "the " + who + " sent the certificate of the CA " + ca + " in place of its own";
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    const Side judge = judge_of(finding);
    if (ended_by_alert(c, judge, {"decrypt_error"}))
        return Fit::exact; // the key that signs belongs to the certificate that was not sent
    return fault_fit(c, judge, {});
}

} // namespace tlsdiag
