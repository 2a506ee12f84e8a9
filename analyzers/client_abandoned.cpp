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
            "wait counts as silence, or within 2 s of another of its connections to the same server that completed.",
    .remedy = "Change nothing on either side; look at the client's other connections to this server.",
    .sources = {"RFC 9293, 3.6", "RFC 8305, 5 (racing connections)"},
    .examine = examine,
    .explains = explains,
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
    if (!c.first_tls[Side::server])
        return {abandoned(c, "no TLS byte from the server had arrived yet")};
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
