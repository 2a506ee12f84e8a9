// Only large packets get lost on the way.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis path_mtu_black_hole{
    .title = "Full-size packets do not get through (path MTU)",
    .severity = Severity::warning,
    .triggers = EventKind::ended,
    .wire =
        "A full-size segment of a flight is retransmitted repeatedly and never acknowledged, while smaller segments "
        "are (later ones by SACK); or a router asks for smaller packets and full-size packets still follow.",
    .remedy = "Let ICMP (type 3 code 4; IPv6: type 2) through to the sender, or clamp the MSS or lower the MTU at the "
              "tunnel or VPN on the path.",
    .sources = {"RFC 2923, 2.1", "RFC 1191, 3; RFC 8201, 4", "RFC 4821 (PLPMTUD)", "RFC 2018 (SACK)"},
    .examine = examine,
    .explains = explains,
    .at_end = true,
};

// A TCP header can have 40 bytes of options, which the limit does not include.
constexpr std::uint32_t options = 40;

static bool full_size(const Segments &segments, std::uint64_t size)
{
    constexpr std::uint32_t any_host_takes = 576; // RFC 791
    return size > any_host_takes && size + options >= (segments.limit ? segments.limit : segments.largest);
}

static const ReportedMtu *reported_mtu(const Conversation &c, Side sender)
{
    return sender == Side::client ? c.history->mtu(c.client, c.server) : c.history->mtu(c.server, c.client);
}

// The capture is near the sender: the segment is retransmitted repeatedly.
static bool stuck(const Segments &segments)
{
    return segments.stuck_times >= 2 && full_size(segments, segments.stuck);
}

// The capture is near the receiver: no full-size segment has come from the sender, and one is what the receiver lacks.
static bool never_arrives(const Conversation &c, const Segments &segments)
{
    const bool waited = segments.gap_since && c.ending.at.time - segments.gap_since.time >= c.history->silence;
    return waited && segments.later_arrived && segments.limit > 0 && full_size(segments, segments.gap) &&
           !full_size(segments, segments.largest);
}

// A segment as large as the lost one went the same way at another time: only this one was lost.
static bool delivered_elsewhere(const Conversation &c, Side sender)
{
    const ServerHistory *server = c.history->server(c.server);
    const Segments &segments = c.segments[sender];
    return server && full_size(segments, server->delivered[sender]);
}

static std::string measured(const Segments &segments, Side sender)
{
    const std::string who = "the " + std::string{name(sender)};
    if (segments.stuck_times < 2)
        return digit_groups(segments.gap) + " bytes from " + who + " did not arrive, while smaller segments (at most " +
               digit_groups(segments.largest) + " bytes) after them did";
    return who + " retransmitted a segment of " + digit_groups(segments.stuck) + " bytes " +
           plural(segments.stuck_times, "time", "times") + ", and it was not acknowledged" +
           (segments.later_arrived ? ", while smaller segments after it were" : "");
}

static Findings examine_side(const Conversation &c, Side sender)
{
    const Segments &segments = c.segments[sender];
    if (!stuck(segments) && !never_arrives(c, segments))
        return {};
    const ReportedMtu *mtu = reported_mtu(c, sender);
    if (!mtu && (!segments.later_arrived || delivered_elsewhere(c, sender)))
        return {};
    const std::string allowed =
        mtu && mtu->bytes ? "packets of at most " + digit_groups(mtu->bytes) + " bytes" : "smaller packets";
    Finding finding;
    finding.side = Party::network;
    finding.certainty = mtu ? Certainty::proven : Certainty::strong;
    finding.detail = measured(segments, sender) +
                     (mtu ? "; a router lets only " + allowed + " through (frame " + std::to_string(mtu->frame) + ")"
                          : std::string{});
    finding.because = "full-size packets from the " + std::string{name(sender)} +
                      " get lost on the way: " + measured(segments, sender);
    finding.evidence = {mtu ? mtu->frame : 0};
    return {finding};
}

static Findings examine(const Conversation &c, const Event &)
{
    if (c.transport != Transport::tcp || c.ending.reason == EndReason::alert)
        return {};
    const Findings of_client = examine_side(c, Side::client);
    return of_client.empty() ? examine_side(c, Side::server) : of_client;
}

static Fit explains(const Conversation &, const Finding &finding)
{
    return finding.certainty == Certainty::proven ? Fit::exact : Fit::good;
}

} // namespace tlsdiag
