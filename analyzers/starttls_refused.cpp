// The server refuses STARTTLS, or another request for TLS, before any TLS is sent.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/net/plaintext_protocols.hpp"
#include "core/net/starttls.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis starttls_refused{
    .title = "The server refused STARTTLS",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The client requests TLS within a plaintext protocol (STARTTLS, STLS, AUTH TLS, LDAP's StartTLS, "
            "PostgreSQL's SSLRequest, CONNECT at a proxy), the answer refuses it, and no ClientHello follows.",
    .remedy = "Enable TLS on the server (its certificate and key may be missing or unreadable), or let the client "
              "through at the proxy; otherwise point the client at the port that begins with TLS.",
    .sources = {"RFC 3207, 4; RFC 2595, 3 and 4; RFC 4217, 4; RFC 6120, 5.4.2.2", "RFC 4511, 4.14.2 (LDAP)",
                "PostgreSQL, Frontend/Backend Protocol, SSL Session Encryption", "RFC 9110, 9.3.6 (CONNECT)",
                "MS-RDPBCGR, 2.2.1.2.2 (RDP)"},
    .examine = examine,
    .explains = explains,
};

static Findings examine(const Conversation &c, const Event &)
{
    if (c.ending.reason != EndReason::starttls_refused || c.plaintext_before.size() < 2)
        return {};
    const Seen<Octets> &answer = c.plaintext_before.back(), &request = c.plaintext_before.end()[-2];
    const std::string said = opening_of(*answer) + " (" + std::string{asks_for_starttls(*request)} + ")";
    Finding finding;
    finding.side = Party::server;
    finding.detail = "the server answered " + said + " to the client's " + opening_of(*request) +
                     "; TLS starts only after the server agrees";
    finding.because = "it answered " + said;
    finding.evidence = {request.at.frame, answer.at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return c.ending.reason == EndReason::starttls_refused ? Fit::exact : Fit::none;
}

} // namespace tlsdiag
