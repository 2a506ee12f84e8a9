// EAP-Failure after the TLS handshake: TLS is not the reason.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/tls/versions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis eap_inner_failure{
    .title = "TLS completed, and EAP failed after it",
    .severity = Severity::note,
    .triggers = EventKind::eap_failure,
    .wire =
        "EAP-Failure (or Access-Reject) after both Finished of the TLS tunnel of PEAP, TTLS, FAST, TEAP or EAP-TLS.",
    .remedy = "Check the user name, the password and the inner method on the client, and the log of the EAP server "
              "(FreeRADIUS: radiusd -X) at this time; the certificates and the TLS settings are not the reason.",
    .sources = {"RFC 5281, 7.2 (TTLS, phase 2)", "RFC 7170, 3.2 and 3.3 (TEAP)", "MS-PEAP, 3.1.5",
                "RFC 5216, 2.1.3 (EAP-TLS); RFC 5422, 3.5 (EAP-FAST)"},
    .examine = examine,
};

static std::string method_name(std::uint8_t method)
{
    switch (method) {
    case 13:
        return "EAP-TLS";
    case 21:
        return "TTLS";
    case 25:
        return "PEAP";
    case 43:
        return "EAP-FAST";
    case 55:
        return "TEAP";
    default:
        return "EAP";
    }
}

static Findings examine(const Conversation &c, const Event &event)
{
    constexpr std::uint8_t eap_tls = 13, fast = 43;
    const std::string method = method_name(c.eap_method);
    Finding finding;
    finding.side = Party::client;
    finding.detail = std::string{eap_refusal(c)} + " came " + duration_text(event.at.time - c.completed.time) +
                     " after the handshake (" + version_name(c.version()) + ", frame " +
                     std::to_string(c.completed.frame) + "); ";
    if (c.eap_method == eap_tls) {
        finding.certainty = Certainty::guess;
        finding.detail += "EAP-TLS authenticates nothing else, so the server's policy for this certificate or account "
                          "refused the client, or the client gave up";
        finding.remedy = "Check the log of the EAP server at this time: which rule (account, group, VLAN, certificate "
                         "policy) refused this client.";
    } else if (c.eap_method == fast) {
        finding.certainty = Certainty::guess;
        finding.detail += "EAP-FAST ends so on purpose after the client has received a PAC (RFC 5422, 3.5) and begins "
                          "again; otherwise the inner authentication failed";
    } else {
        finding.certainty = Certainty::strong;
        finding.detail += "in " + method +
                          " the inner authentication (user name, password, inner method) then runs in the tunnel, and "
                          "it failed, or the server's policy refused the user";
    }
    finding.evidence = {c.completed.frame};
    return {finding};
}

} // namespace tlsdiag
