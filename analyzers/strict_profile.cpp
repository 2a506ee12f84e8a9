// A refused chain misses what only strict checkers of RFC 5280 ask for.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);

extern constinit const Diagnosis strict_profile{
    .title = "The chain does not meet the strict profile of RFC 5280",
    .severity = Severity::note,
    .triggers = EventKind::ended,
    .wire =
        "One side refuses a chain with bad_certificate or certificate_unknown, nothing else explains it, and a CA on "
        "the path has no keyUsage, no subjectKeyIdentifier or basicConstraints that are not critical; or a "
        "certificate that is not self-signed has no authorityKeyIdentifier.",
    .remedy =
        "Check whether the side that refuses verifies strictly (Python from 3.13 on, X509_V_FLAG_X509_STRICT); if "
        "so, have the certificate reissued with the missing extension.",
    .sources = {"RFC 5280, 4.2.1.1, 4.2.1.2, 4.2.1.3, 4.2.1.9",
                "Python 3.13, What's New (ssl.create_default_context sets VERIFY_X509_STRICT)",
                "OpenSSL, X509_V_FLAG_X509_STRICT"},
    .examine = examine,
    .once_a_side = true,
};

// What a strict checker misses in a certificate; empty: nothing.
static std::string lack(const Certificate &certificate, bool issuer)
{
    if (!certificate.self_signed && certificate.authority_key_id.empty())
        return "has no authorityKeyIdentifier";
    if (!issuer)
        return {};
    if (!certificate.key_usage)
        return "is a CA and has no keyUsage";
    if (!certificate.constraints_critical)
        return "is a CA, and its basicConstraints are not critical";
    return certificate.subject_key_id.empty() ? "is a CA and has no subjectKeyIdentifier" : "";
}

static Findings examine(const Conversation &c, const Event &event)
{
    const Side refuser = event.side, side = peer(refuser);
    if (!ended_by_alert(c, refuser, {"bad_certificate", "certificate_unknown"}) || explained(c) >= Fit::good)
        return {};
    const std::vector<const Certificate *> path = judged_path(c, side);
    for (std::size_t i = 0; i < path.size(); ++i) {
        const std::string lacks = path[i]->version >= 3 && path[i]->malformed.empty() ? lack(*path[i], i > 0) : "";
        if (lacks.empty())
            continue;
        Finding finding;
        finding.side = party(side);
        finding.certainty = Certainty::guess;
        finding.detail = short_name(path[i]->subject_text) + " " + lacks +
                         "; strict checkers (Python from 3.13 on) refuse this, and most others accept it";
        finding.evidence = {c.chain[side].at.frame};
        return {finding};
    }
    return {};
}

} // namespace tlsdiag
