// One side, or a device between the two, resets the connection before the handshake is complete.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/closed_early.hpp"
#include "core/diagnosis/diagnosis.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis tcp_reset_during_handshake{
    .title = "The connection was reset during the handshake",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "An RST comes before the handshake is complete, without a fatal alert or a FIN before it.",
    .remedy = "Check the log of the side that reset the connection, at this time; compare the RST's TTL and window "
              "with that side's other packets: a firewall in between sends an RST in that side's name.",
    .sources = {"RFC 9293, 3.5.2", "RFC 8446, 6.1"},
    .examine = examine,
    .explains = explains,
    .claim = Claim::ending,
};

static Findings examine(const Conversation &c, const Event &)
{
    if (!hung_up(c, EndReason::reset))
        return {};
    return {hanging_up(c, "RST")};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return c.ending.reason == EndReason::reset ? Fit::vague : Fit::none;
}

} // namespace tlsdiag
