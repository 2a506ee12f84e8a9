// TLS was not ended before TCP was: the peer cannot tell the end from an attacker's cut.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

constinit const Diagnosis closed_without_close_notify{
    .title = "Closed without close_notify",
    .severity = Severity::note,
    .triggers = EventKind::capture_end,
    .wire = "After a completed handshake a side sends FIN, or resets first, and its last record is no alert (TLS 1.3: "
            "not of an alert's size).",
    .remedy = "Make the side that closes shut TLS down first (SSL_shutdown, SSLSocket.close, tls.Conn.Close); harmless "
              "where the protocol inside says how long its messages are.",
    .sources = {"RFC 5246, 7.2.1", "RFC 8446, 6.1", "RFC 2818, 2.2 (HTTP)"},
    .examine = examine,
    .at_end = true,
};

// In TLS 1.3 an alert is a record of 19 bytes, or of 64 at most where it is padded as stacks pad.
static bool may_be_alert(const Conversation &c, const RecordSeen &record)
{
    constexpr std::uint32_t longest_alert = 64;
    return record.type == ContentType::alert || (c.tls13() && record.length <= longest_alert);
}

// All that this side sent was followed to its end, and the end is no alert.
static bool left_without_alert(const Conversation &c, Side side)
{
    return !c.lost_later[side] && c.first_tls[side] && !may_be_alert(c, c.last_record[side]);
}

// A fatal alert ends the connection at once, and so may one that nobody can read.
static bool ended_by_alert(const Conversation &c, std::uint32_t closing)
{
    return c.renegotiation.refused || std::ranges::any_of(c.alerts, [&](const SeenAlert &seen) {
               return seen.alert.fatal() && seen.at.frame <= closing;
           });
}

static Findings examine(const Conversation &c, const Event &)
{
    if (!c.completed || c.transport != Transport::tcp || c.inner || c.gaps.any())
        return {};
    for (const Side side : {Side::client, Side::server}) {
        const Side other = peer(side);
        const bool closed = c.fin[side] && !c.rst[other];
        const bool reset = c.rst[side] && !c.fin[other] && left_without_alert(c, other);
        const Moment &closing = closed ? c.fin[side] : c.rst[side];
        if (!(closed || reset) || !left_without_alert(c, side) || ended_by_alert(c, closing.frame))
            continue;
        Finding finding;
        finding.side = party(side);
        finding.certainty = c.tls13() ? Certainty::strong : Certainty::proven;
        finding.detail =
            std::string{closed ? "FIN" : "RST"} + " from the " + std::string{name(side)} +
            ", and its last record is no alert; close_notify is due before it" +
            (left_without_alert(c, other) ? "" : " (the " + std::string{name(other)} + "'s last record may be one)");
        finding.evidence = {closing.frame};
        return {finding};
    }
    return {};
}

} // namespace tlsdiag
