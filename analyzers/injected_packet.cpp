// A reset or an answer in the name of a side that did not send it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis injected_packet{
    .title = "A device on the path answered in the name of a side",
    .severity = Severity::warning,
    .triggers = EventKind::ended | EventKind::reset_denied,
    .wire =
        "The RST, or the bytes that are not TLS, have another TTL (IPv6: hop limit) than all earlier packets of that "
        "side, its SYN among them, and come from another number of hops away; or the side sends more data after "
        "\"its\" RST.",
    .remedy =
        "Look for the firewall, proxy or filter between the two sides that blocks this connection (by server name, "
        "address or policy), and allow it there; neither side is at fault.",
    .sources = {"RFC 791, 3.2 (TTL)", "RFC 8200, 3 (hop limit)", "RFC 3360 (inappropriate TCP resets)"},
    .examine = examine,
    .explains = explains,
};

// A packet starts with 64, 128 or 255, by system and sometimes by kind of packet; each router takes one.
static unsigned hops(std::uint8_t limit)
{
    return (limit <= 64 ? 64u : limit <= 128 ? 128u : 255u) - limit;
}

static std::string what_came(const Conversation &c)
{
    return c.ending.reason == EndReason::reset ? "RST" : "answer";
}

static Findings went_on(const Conversation &c)
{
    const std::string who = "the " + std::string{name(c.ending.by)};
    const std::string measured = who + " sent more data after it (frame " + std::to_string(c.reset_denied.frame) + ")";
    Finding finding;
    finding.side = Party::network;
    finding.certainty = Certainty::strong;
    finding.detail = "the RST in " + who + "'s name did not come from it: " + measured;
    finding.because = "a device on the path sent this RST in " + who + "'s name: " + measured;
    finding.evidence = {c.ending.at.frame, c.client_hello.at.frame};
    return {finding};
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (event.kind == EventKind::reset_denied)
        return went_on(c);
    const Ending &end = c.ending;
    const HopLimits &own = c.hop_limits[end.by];
    if (c.transport != Transport::tcp || end.hop_limit == 0 || !own.any() ||
        (end.reason != EndReason::reset && end.reason != EndReason::not_tls))
        return {};
    const auto as_far = [&](std::uint8_t one) { return one != 0 && hops(one) == hops(end.hop_limit); };
    if (std::ranges::any_of(own.seen, as_far))
        return {};
    std::vector<std::string> others;
    for (const std::uint8_t one : own.seen)
        if (one != 0)
            others.push_back(std::to_string(one));
    const std::string who = "the " + std::string{name(end.by)};
    const std::string measured =
        "its TTL is " + std::to_string(end.hop_limit) + ", that of " + who + "'s other packets " + join(others, " or ");
    Finding finding;
    finding.side = Party::network;
    finding.certainty = Certainty::strong;
    finding.detail = "the " + what_came(c) + " in " + who + "'s name did not come from it: " + measured;
    finding.because = "a device on the path sent this " + what_came(c) + " in " + who + "'s name: " + measured;
    finding.evidence = {c.tcp_syn_ack.frame, c.client_hello.at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return c.ending ? Fit::exact : Fit::none;
}

} // namespace tlsdiag
