// Builds the finding for a FIN, RST or close_notify in the middle of a handshake.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/closed_early.hpp"

#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

// After an SSLv2 ServerHello everything is encrypted and untyped, so the handshake may have completed.
static bool may_have_completed(const Conversation &c)
{
    return c.server_hello && c.server_hello->sslv2;
}

bool hung_up(const Conversation &c, EndReason reason)
{
    const bool tls_began = c.ending.stage != Stage::nothing || c.incomplete[Side::client];
    return c.ending.reason == reason && tls_began && !c.gaps.any() && !may_have_completed(c) &&
           !c.find(client_abandoned) && !c.find(refused_after_completion) && !c.find(proxy_header_unexpected);
}

bool closed_before_hello(const Conversation &c)
{
    const Moment &fin = c.fin[Side::server], &hello = c.first_client_hello;
    return ended_by(c, Side::server) && c.ending.reason == EndReason::closed && fin && hello && fin.frame < hello.frame;
}

// Ports on which the protocol begins in plain text; TLS starts only at the client's request.
static std::string_view plain_protocol(std::uint16_t port)
{
    switch (port) {
    case 21:
        return "FTP";
    case 25:
    case 587:
        return "SMTP";
    case 110:
        return "POP3";
    case 143:
        return "IMAP";
    case 389:
        return "LDAP";
    case 1433:
        return "SQL Server";
    case 3306:
        return "MySQL";
    case 3389:
        return "RDP";
    case 5222:
        return "XMPP";
    case 5432:
        return "PostgreSQL";
    default:
        return {};
    }
}

// Seen with z/OS, IIS, firewalls that filter server names, and clients that reject a certificate without an alert.
static std::string usual_reason(const Conversation &c)
{
    const bool hello_only = c.ending.stage == Stage::client_hello;
    if (c.ending.by == Side::client && client_began_flight(c))
        return "the client had accepted the server's flight; it gave up, or was stopped";
    if (c.ending.by == Side::client)
        return hello_only ? "the client gave up"
                          : "typical causes: the client does not accept what the server sent, or it was stopped";
    if (c.ending.stage == Stage::second_hello)
        return "typical causes: the server does not accept the second ClientHello, or it fails";
    if (c.ending.stage == Stage::hello_retry)
        return "typical cause: the server waited for a second ClientHello";
    if (closed_before_hello(c))
        return "the ClientHello cannot be the reason; typical causes: a limit of connections, a list of allowed "
               "clients, no server behind the load balancer";
    if (c.ending.stage == Stage::nothing)
        return "typical causes: the server does not wait for the rest of the ClientHello, or a limit of its size";
    if (const std::string_view protocol = plain_protocol(c.server.port);
        hello_only && c.plaintext_before.empty() && !protocol.empty())
        return "typical cause: port " + std::to_string(c.server.port) + " is that of " + std::string{protocol} +
               ", where the client must ask for TLS in plain text first";
    if (hello_only)
        return "typical causes: the server has no usable certificate or key, it expects a PROXY protocol header first, "
               "or a firewall blocks the server name";
    const bool asked = c.client_auth() != ClientAuth::none && c.client_auth() != ClientAuth::unknown;
    return asked ? "typical causes: the server does not accept the client's certificate, or it fails"
                 : "typical cause: the server fails";
}

Finding hanging_up(const Conversation &c, std::string_view sign)
{
    const std::string what = std::string{sign} + " from the " + std::string{name(c.ending.by)};
    Finding finding;
    finding.side = party(c.ending.by);
    const bool at_once = c.ending.stage == Stage::client_hello;
    std::string when = since_hello_text(c) + (at_once ? "" : ", " + std::string{stage_text(c.ending.stage)});
    if (closed_before_hello(c))
        when = "before the ClientHello";
    else if (c.ending.stage == Stage::nothing)
        when = "in the middle of the ClientHello (" + digit_groups(c.bytes[Side::client]) + " of " +
               plural(c.incomplete[Side::client]->size + 9, "byte", "bytes") + ")";
    finding.detail = what + " " + when + ", without an alert; " + usual_reason(c);
    finding.because = "there is no alert, so the packets do not show why; " + usual_reason(c);
    if (c.client_hello)
        finding.evidence.push_back(c.client_hello.at.frame);
    return finding;
}

} // namespace tlsdiag
