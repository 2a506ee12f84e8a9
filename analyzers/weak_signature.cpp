// A certificate's signature uses a digest that can be forged.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis weak_signature{
    .title = "A certificate is signed with SHA-1 or MD5",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "The signatureAlgorithm of the leaf or of an intermediate uses MD5 or older or, in captures from 2017 on, "
            "SHA-1. The signature of a root does not count. In a chain of three or more certificates, the last one "
            "does not count either: it may be a root that an older root has cross-signed.",
    .remedy = "Have the certificate reissued with SHA-256 or better for the side that sends it.",
    .sources = {"RFC 9155", "RFC 8446, 4.4.2.4 (MD5, SHA-1)", "RFC 6151 (MD5)",
                "CA/Browser Forum Baseline Requirements, 7.1.3.2"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static bool is_weak(const std::string &digest, Time when)
{
    if (digest == "MD2" || digest == "MD4" || digest == "MD5")
        return true;
    // The browsers stopped accepting SHA-1 in early 2017.
    return digest == "SHA1" && is_sane(when) && when >= beginning_of(2017);
}

static Findings examine(const Conversation &c, const Event &event)
{
    for (const Certificate *certificate : needed_signatures(c, event.side)) {
        if (certificate->self_signed || !is_weak(certificate->signature_digest, event.at.time))
            continue;
        const std::string which = named_in_chain(c, event.side, *certificate);
        Finding finding;
        finding.side = party(event.side);
        finding.detail = which + " is signed with " + printable(certificate->signature_algorithm);
        finding.because = finding.detail;
        return {finding};
    }
    return {};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {});
}

} // namespace tlsdiag
