// One side closes the connection before the handshake is complete, without a fatal alert.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/closed_early.hpp"
#include "core/diagnosis/diagnosis.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis tcp_closed_during_handshake{
    .title = "The connection was closed during the handshake",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "One side sends a FIN or close_notify before the handshake is complete, without a fatal alert.",
    .remedy = "Check the log of the side that closed the connection, at this time: only that side knows the reason.",
    .sources = {"RFC 8446, 6.1", "RFC 9293, 3.6", "RFC 5246, 7.2.1"},
    .examine = examine,
    .explains = explains,
    .claim = Claim::ending,
};

static Findings examine(const Conversation &c, const Event &)
{
    if (!hung_up(c, EndReason::closed))
        return {};
    return {hanging_up(c, c.ending.close_notify ? "close_notify" : "FIN")};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return c.ending.reason == EndReason::closed ? Fit::vague : Fit::none;
}

} // namespace tlsdiag
