// TCP was closed without TLS being closed first: the peer cannot tell this from truncation by an attacker.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis closed_without_close_notify{
    .title = "Closed without close_notify",
    .severity = Severity::note,
    .triggers = EventKind::capture_end,
    .wire = "After a completed handshake, a side sends FIN or is the first to reset, and its last record is not an "
            "alert (TLS 1.3: does not have the size of an alert).",
    .remedy = "Make the side that closes shut down TLS first (SSL_shutdown, SSLSocket.close, tls.Conn.Close). A "
              "missing close_notify is harmless if the application protocol states the length of its messages.",
    .sources = {"RFC 5246, 7.2.1", "RFC 8446, 6.1", "RFC 2818, 2.2 (HTTP)"},
    .examine = examine,
    .claim = Claim::absence,
    .at_end = true,
};

// In TLS 1.3 an alert takes a record of 19 bytes, or of at most 64 with the padding that stacks use.
static bool may_be_alert(const Conversation &c, const RecordSeen &record)
{
    constexpr std::uint32_t longest_alert = 64;
    return record.type == ContentType::alert || (c.tls13() && record.length <= longest_alert);
}

// Everything that this side sent was seen up to its last record, and that record is not an alert.
static bool left_without_alert(const Conversation &c, Side side)
{
    return !c.lost_later[side] && c.first_tls[side] && !may_be_alert(c, c.last_record[side]);
}

// A fatal alert ends the connection at once; an unreadable alert may be fatal too.
static bool ended_by_alert(const Conversation &c, std::uint32_t closing)
{
    return c.renegotiation.refused || std::ranges::any_of(c.alerts, [&](const SeenAlert &seen) {
               return seen.alert.fatal() && seen.at.frame <= closing;
           });
}

static Findings examine(const Conversation &c, const Event &)
{
    const bool perhaps_refused = c.completion_sign == CompletionSign::alert_sized;
    if (!c.completed || perhaps_refused || c.transport != Transport::tcp || c.inner || c.gaps.any())
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
            "the " + std::string{name(side)} + " sent " + (closed ? "FIN" : "RST") +
            ", and its last record before that is not an alert; close_notify was due" +
            (left_without_alert(c, other) ? ""
                                          : " (the " + std::string{name(other)} + "'s last record may be an alert)");
        finding.evidence = {closing.frame};
        return {finding};
    }
    return {};
}

} // namespace tlsdiag
