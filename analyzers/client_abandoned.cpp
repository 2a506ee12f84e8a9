// The client gave up a connection, and nobody is at fault: browsers open spare connections.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis client_abandoned{
    .title = "The client gave up a connection that it did not need",
    .severity = Severity::note,
    .triggers = EventKind::ended,
    .wire = "The client closes or resets the connection before any TLS byte from the server arrives and before the "
            "wait counts as silence, or within 2 s of another of its connections to the same server that completed; "
            "or, up to TLS 1.2, after its own "
            "Finished and before the server's.",
    .remedy = "Change nothing on either side; look at the client's other connections to this server.",
    .sources = {"RFC 9293, 3.6", "RFC 8305, 5 (racing connections)"},
    .examine = examine,
    .explains = explains,
    .claim = Claim::absence,
};

static Finding abandoned(const Conversation &c, const std::string &why)
{
    Finding finding;
    finding.side = Party::client;
    finding.certainty = Certainty::strong;
    finding.detail = (c.ending.reason == EndReason::reset ? "RST" : "FIN") + std::string{" from the client "} +
                     since_hello_text(c) + ", " + why;
    finding.because = "it did not need the connection: " + why;
    return finding;
}

static Findings examine(const Conversation &c, const Event &)
{
    const bool hung_up = c.ending.reason == EndReason::closed || c.ending.reason == EndReason::reset;
    if (!hung_up || !ended_by(c, Side::client) || !c.client_hello || c.gaps.any())
        return {};
    if (c.find(injected_packet) || c.find(proxy_header_unexpected))
        return {};
    const bool data_came = c.segments[Side::server].gap > 0; // behind a segment that got lost
    if (!c.first_tls[Side::server] && !data_came)
        return {abandoned(c, "no TLS byte from the server had arrived yet")};
    if (c.finished[Side::client] && !c.finished[Side::server] && !c.tls13())
        return {abandoned(c, "it had accepted the server's flight and sent its own Finished")};
    const Completion *other = c.history->completed_near(c.client, c.server, c.ending.at.time, 2 * second);
    if (!other)
        return {};
    Finding finding = abandoned(c, "another of its connections to this server had completed the handshake (frame " +
                                       std::to_string(other->frame) + ")");
    finding.evidence = {other->frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return ended_by(c, Side::client) ? Fit::good : Fit::none;
}

} // namespace tlsdiag
