// The client offers to resume a session, but the server performs a full handshake.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis resumption_refused{
    .title = "Session not resumed",
    .severity = Severity::note,
    .triggers = EventKind::server_hello | EventKind::certificate,
    .wire =
        "The ClientHello offers a session ticket, a pre-shared key, or a session ID without supported_versions (the "
        "session IDs of stacks that know TLS 1.3 mean nothing), and a full handshake with certificates follows.",
    .remedy = "Share the ticket keys or the session cache between the server's nodes and keep them across restarts, if "
              "resumption matters.",
    .sources = {"RFC 5077, 3.1 and 3.4", "RFC 5246, 7.3 and F.1.4", "RFC 8446, 2.2 and 4.2.11", "RFC 8446, D.4"},
    .examine = examine,
};

static std::string offered(const Conversation &c)
{
    const ClientHello &hello = *c.client_hello;
    if (c.tls13())
        return hello.pre_shared_key && !hello.external_psk ? "a pre-shared key" : "";
    if (hello.session_ticket_size > 0)
        return "a session ticket of " + plural(hello.session_ticket_size, "byte", "bytes");
    // A TLS 1.3 client sends a session ID that means nothing (RFC 8446, D.4); Go's client does so even if limited to
    // TLS 1.2.
    return hello.session_id.empty() || !hello.supported_versions.empty() ? "" : "a session ID";
}

// Before TLS 1.3, only what the server sends next shows it: a Certificate message means a full handshake.
static bool full_handshake(const Conversation &c, const Event &event)
{
    if (!c.client_hello || !c.server_hello || c.resumed)
        return false;
    return c.tls13() ? event.kind == EventKind::server_hello
                     : event.kind == EventKind::certificate && event.side == Side::server;
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (!full_handshake(c, event))
        return {};
    const std::string offer = offered(c);
    if (offer.empty())
        return {};
    Finding finding;
    finding.side = Party::server;
    finding.detail = "the client offers " + offer + "; the server performs a full handshake";
    finding.because = "the server did not resume the session";
    finding.evidence = {c.client_hello.at.frame, c.server_hello.at.frame};
    return {finding};
}

} // namespace tlsdiag
