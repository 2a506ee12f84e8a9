// A certificate issued another one and is not a CA's.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis issuer_not_a_ca{
    .title = "An issuer is not a CA",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "A certificate on the path above the leaf has no basicConstraints with CA:TRUE, or its keyUsage has no "
            "keyCertSign. Proxy certificates (RFC 3820) do not count.",
    .remedy = "Have the issuer's certificate reissued with CA:TRUE and keyCertSign, or get the leaf from a CA that has "
              "such a certificate; then replace it on the side that sends it.",
    .sources = {"RFC 5280, 4.2.1.9", "RFC 5280, 4.2.1.3 (keyCertSign)", "RFC 5280, 6.1.4 (k), (n)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static std::string what_lacks(const Certificate &issuer)
{
    if (!issuer.has_constraints)
        return "it has no basicConstraints";
    return issuer.is_ca ? "its keyUsage has no keyCertSign" : "its basicConstraints say CA:FALSE";
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (!readable_leaf(c, event.side) || fingerprint_is_signalled(c))
        return {};
    const auto &path = c.chain[event.side]->path.certificates;
    for (std::size_t i = 1; i < path.size(); ++i) {
        const Certificate &issuer = *path[i];
        // What does not decode is certificate_malformed.
        if (may_sign_certificates(issuer) || !issuer.malformed.empty() || path[i - 1]->is_proxy)
            continue;
        if (is_above_trusted(c, event.side, issuer))
            break;
        Finding finding;
        finding.side = party(event.side);
        finding.detail = short_name(issuer.subject_text) + " issued " + short_name(path[i - 1]->subject_text) +
                         " in the " + std::string{name(event.side)} + "'s chain, but " + what_lacks(issuer);
        finding.because = short_name(issuer.subject_text) + ", an issuer in the " + std::string{name(event.side)} +
                          "'s chain, is not a CA: " + what_lacks(issuer);
        return {finding};
    }
    return {};
}

// OpenSSL says unknown_ca for it.
static Fit explains(const Conversation &c, const Finding &finding)
{
    const Side judge = judge_of(finding);
    return std::max(distrust_fit(c, judge), fault_fit(c, judge, {"unsupported_certificate"}));
}

} // namespace tlsdiag
