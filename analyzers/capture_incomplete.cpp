// The capture does not contain the whole handshake: names what is missing, and what is unknown because of it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis capture_incomplete{
    .title = "The capture does not contain the whole handshake",
    .severity = Severity::note,
    .triggers = EventKind::capture_end,
    .wire = "No ClientHello, only one direction, bytes that were acknowledged but not captured, truncated packets, or "
            "a capture that ends during the handshake.",
    .remedy = "Capture again, from before the connection until after it, in both directions and with whole packets "
              "(tcpdump -s 0).",
    .sources = {"RFC 9293, 3.4 (sequence numbers show what is missing)", "RFC 8446, 2"},
    .examine = examine,
    .at_end = true,
};

struct Hole {
    std::string what;    // what is missing, as a clause
    std::string unknown; // the clause after "so": what is therefore unknown
};

static std::vector<Hole> holes(const Conversation &c);

static Findings examine(const Conversation &c, const Event &)
{
    const std::vector<Hole> seen = holes(c);
    if (seen.empty())
        return {};
    std::vector<std::string> texts;
    for (const Hole &hole : seen)
        texts.push_back(hole.what + ", so " + hole.unknown);
    Finding finding;
    finding.side = Party::capture;
    finding.detail = join(texts, "; ");
    finding.because = seen.front().what;
    for (const Side side : {Side::client, Side::server})
        if (c.gaps.first_gap[side])
            finding.evidence.push_back(c.gaps.first_gap[side].frame);
    return {finding};
}

// Over UDP, a server that never answers is not a hole in the capture.
static bool direction_lost(const Conversation &c, Side side)
{
    const bool may_be_silent = side == Side::server && c.transport != Transport::tcp &&
                               c.stage <= Stage::client_hello && !c.quic_client_handshake;
    return c.gaps.direction_missing[side] && !may_be_silent;
}

// The capture is complete to the end of TCP; only the message that ended the handshake is encrypted.
static bool tcp_is_over(const Conversation &c)
{
    return c.rst[Side::client] || c.rst[Side::server] || (c.fin[Side::client] && c.fin[Side::server]);
}

static std::vector<Hole> holes(const Conversation &c)
{
    std::vector<Hole> found;
    for (const Side side : {Side::client, Side::server}) {
        const std::string who{name(side)};
        if (direction_lost(c, side))
            found.push_back({"the capture has no packet from the " + who, "its answers are unknown"});
        else if (c.gaps.number_unknown[side])
            found.push_back({"data from the " + who + " is missing", "its content is unknown"});
        else if (const std::uint64_t missing = c.gaps.bytes_missing[side]; missing == 1)
            found.push_back({"1 byte from the " + who + " is missing", "its content is unknown"});
        else if (missing > 1)
            found.push_back(
                {plural(missing, "byte", "bytes") + " from the " + who + " are missing", "their content is unknown"});
    }
    if (c.gaps.started_midway)
        found.push_back(
            {c.tcp_syn ? "the ClientHello is missing" : "the capture begins in the middle of the connection",
             "what was offered before (versions, cipher suites, server name) is unknown"});
    if (c.gaps.truncated && !c.completed)
        found.push_back({"packets are truncated", "the rest of their messages is unknown"});
    if (!c.ending && !c.completed && !tcp_is_over(c) && !c.gaps.started_midway && !c.end_is_encrypted())
        found.push_back({"the capture ends " + std::string{stage_text(c, c.stage)}, "the outcome is unknown"});
    return found;
}

} // namespace tlsdiag
