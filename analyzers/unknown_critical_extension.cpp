// A certificate has a critical extension that TLS stacks do not process: they must refuse it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis unknown_critical_extension{
    .title = "A critical extension is one that stacks do not know",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "The leaf or an intermediate has an extension that is marked critical and that OpenSSL does not process. A "
            "peer that does not know it must refuse the certificate.",
    .remedy = "Have the certificate reissued without this extension, or with it not critical, for the side that sends "
              "it.",
    .sources = {"RFC 5280, 4.2", "RFC 5280, 6.1.4 (o), 6.1.5 (f)", "RFC 6962, 3.1 (the poison extension)",
                "OpenSSL, X509_supported_extension"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Findings examine(const Conversation &c, const Event &event)
{
    for (const Certificate *certificate : below_root(c, event.side)) {
        if (certificate->unknown_critical.empty())
            continue;
        if (is_above_trusted(c, event.side, *certificate))
            break;
        Finding finding;
        finding.side = party(event.side);
        finding.because = named_in_chain(c, event.side, *certificate) + " has the critical extension " +
                          join(certificate->unknown_critical, ", ") + ", which most TLS stacks do not process";
        finding.detail = finding.because;
        return {finding};
    }
    return {};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {});
}

} // namespace tlsdiag
