// A certificate of X.509 version 1 has no extensions, so it contains no permitted uses and no host names.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis x509_v1{
    .title = "A certificate uses X.509 version 1",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "The leaf or an intermediate has version 1 or 2 and therefore no extensions (no subjectAltName, no "
            "basicConstraints).",
    .remedy = "Have the certificate reissued as version 3 for the side that sends it; a tool that signs without an "
              "extension file makes version 1.",
    .sources = {"RFC 8446, 4.4.2.2", "RFC 5280, 4.1.2.1", "RFC 5280, 6.1.4 (k)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Findings examine(const Conversation &c, const Event &event)
{
    for (const Certificate *certificate : below_root(c, event.side)) {
        if (certificate->version >= 3)
            continue;
        if (is_above_trusted(c, event.side, *certificate))
            break;
        const std::string which = named_in_chain(c, event.side, *certificate);
        Finding finding;
        finding.side = party(event.side);
        finding.because = which + " is X.509 version " + std::to_string(certificate->version);
        finding.detail = finding.because + "; TLS requires version 3";
        return {finding};
    }
    return {};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {"unsupported_certificate"});
}

} // namespace tlsdiag
