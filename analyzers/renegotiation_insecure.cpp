// The server does not support secure renegotiation, or one side refuses a renegotiation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis renegotiation_insecure{
    .title = "Secure renegotiation missing, or renegotiation refused",
    .severity = Severity::warning,
    .triggers = EventKind::server_hello | EventKind::alert,
    .wire = "A ServerHello up to TLS 1.2 contains no renegotiation_info although the client signals it, or one side "
            "sends the alert no_renegotiation. An OpenSSL 3 client answers such a ServerHello with handshake_failure.",
    .remedy = "Update the server to a TLS stack that supports RFC 5746 (all stacks since 2010 do). If a renegotiation "
              "was refused, request the client certificate in the first handshake instead.",
    .sources = {"RFC 5746, 3.4 to 3.6 and 4.1", "RFC 5246, 7.2.2 (no_renegotiation)", "RFC 9325, 3.5",
                "SSL_CTX_set_options(3), OpenSSL 3.0: SSL_OP_LEGACY_SERVER_CONNECT"},
    .examine = examine,
    .explains = explains,
};

static Findings server_lacks_it(const Conversation &c)
{
    if (!c.server_hello || c.tls13() || c.server_hello->sslv2 || c.server_hello->renegotiation_info ||
        !c.client_hello || !c.client_hello->renegotiation_info)
        return {};
    Finding finding;
    finding.side = Party::server;
    finding.detail =
        "the ServerHello (" + version_name(c.version()) +
        ") contains no renegotiation_info; the client signals it with " +
        (c.client_hello->has(ExtensionType::renegotiation_info) ? "the extension" : "the cipher suite 0x00ff");
    finding.because = "the server does not support secure renegotiation (RFC 5746), and the client requires it";
    finding.evidence = {c.client_hello.at.frame};
    return {finding};
}

static Findings refused(const Conversation &c)
{
    const SeenAlert &last = c.alerts.back();
    if (last.alert.description != alert_number("no_renegotiation"))
        return {};
    const bool client_began = last.by == Side::server || (c.client_hello && c.client_hello->renegotiating);
    Finding finding;
    finding.side = party(last.by);
    finding.detail = "the " + std::string{name(last.by)} + " sent " + alert_text(last.alert) + "; the " +
                     (client_began ? "client" : "server") + " began the renegotiation";
    finding.because = "the " + std::string{name(last.by)} + " refused to renegotiate";
    return {finding};
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (event.kind == EventKind::server_hello)
        return server_lacks_it(c);
    return c.alerts.empty() ? Findings{} : refused(c);
}

static Fit explains(const Conversation &c, const Finding &)
{
    if (ended_by_alert(c, c.ending.by, {"no_renegotiation"}))
        return Fit::exact;
    const bool lacking = c.server_hello && !c.server_hello->renegotiation_info;
    return lacking && ended_by_alert(c, Side::client, {"handshake_failure"}) ? Fit::good : Fit::none;
}

} // namespace tlsdiag
