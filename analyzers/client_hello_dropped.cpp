// A ClientHello larger than one segment does not get through.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis client_hello_dropped{
    .title = "A large ClientHello does not get through",
    .severity = Severity::warning,
    .triggers = EventKind::ended,
    .wire = "A ClientHello larger than one segment (typical with a post-quantum key share) is retransmitted and not "
            "acknowledged, or the connection is reset before the server has acknowledged it; or the server ends it "
            "after the first segment.",
    .remedy = "Update the firewall, proxy or server that expects a ClientHello in one segment; until then, disable the "
              "post-quantum key share (X25519MLKEM768) on the client.",
    .sources = {"RFC 8446, 5.1 (a message may be cut into pieces)", "tldr.fail", "draft-ietf-tls-ecdhe-mlkem",
                "RFC 9293, 3.8.1 (retransmission)"},
    .examine = examine,
    .explains = explains,
    .at_end = true,
};

constexpr std::uint32_t headers = 4 + 5; // of the message and its record
constexpr std::uint32_t usual_segment = 1'460;

static std::uint32_t one_segment(const Segments &segments)
{
    return segments.limit ? segments.limit : usual_segment;
}

// The frame of a handshake that completed with this server: similar clients send an equally large ClientHello.
static std::uint32_t completed_elsewhere(const Conversation &c)
{
    const ServerHistory *server = c.history->server(c.server);
    return server ? server->completed : 0;
}

// The server ends it though the ClientHello is not whole yet.
static Findings cut_off(const Conversation &c)
{
    constexpr std::uint32_t large = 1'280; // what any path of IPv6 lets through
    const std::uint32_t size = c.incomplete[Side::client]->size + headers;
    if (!ended_by(c, Side::server) || size < large || c.gaps.any())
        return {};
    const std::string so_far =
        digit_groups(c.bytes[Side::client]) + " of " + plural(size, "byte", "bytes") + " of the ClientHello";
    const std::string what = c.ending.alert                        ? "sent " + alert_text(*c.ending.alert)
                             : c.ending.reason == EndReason::reset ? "reset the connection"
                                                                   : "closed the connection";
    Finding finding;
    finding.side = Party::server;
    finding.certainty = c.ending.alert ? Certainty::strong : Certainty::guess;
    finding.detail = "the server " + what + " after " + so_far + ", before the rest came";
    finding.because =
        "the server, or a device on the path, does not wait for the rest of a ClientHello larger than one "
        "segment (" +
        digit_groups(c.bytes[Side::client]) + " of " + plural(size, "byte", "bytes") + ")";
    finding.evidence = {c.incomplete[Side::client].at.frame};
    return {finding};
}

static Findings examine(const Conversation &c, const Event &)
{
    const Segments &segments = c.segments[Side::client];
    if (c.transport == Transport::tcp && c.stage == Stage::nothing && c.incomplete[Side::client])
        return cut_off(c);
    if (c.transport != Transport::tcp || !c.client_hello || c.first_tls[Side::server] || c.hello_retry_request)
        return {};
    const std::uint32_t size = c.client_hello->size + headers;
    const bool lost = segments.stuck_times > 0 && segments.unacknowledged > 0 && !segments.later_arrived &&
                      (c.ending.reason == EndReason::silence || c.ending.reason == EndReason::closed ||
                       c.ending.reason == EndReason::reset);
    // A server that reads the ClientHello and rejects it has acknowledged it.
    const bool reset =
        c.ending.reason == EndReason::reset && c.ending.by == Side::server && segments.unacknowledged > 0;
    if (size <= one_segment(segments) || !(lost || reset) || c.gaps.any())
        return {};
    const std::uint32_t other = completed_elsewhere(c);
    const std::string measured =
        "the ClientHello has " + plural(size, "byte", "bytes") +
        (lost ? ", of which " + digit_groups(segments.unacknowledged) + " were not acknowledged despite " +
                    plural(segments.stuck_times, "retransmission", "retransmissions")
              : ", and the connection was reset " + since_hello_text(c));
    Finding finding;
    finding.side = Party::network;
    finding.certainty = lost ? Certainty::strong : Certainty::guess;
    finding.detail = measured + "; one segment carries " + plural(one_segment(segments), "byte", "bytes") +
                     (other ? "; a handshake with this server completed in frame " + std::to_string(other) : "");
    finding.because = "a device on the path, or the server, does not accept a ClientHello larger than one segment (" +
                      digit_groups(size) + " bytes)";
    finding.evidence = {c.client_hello.at.frame, other};
    return {finding};
}

static Fit explains(const Conversation &, const Finding &finding)
{
    return finding.certainty == Certainty::guess ? Fit::possible : Fit::good;
}

} // namespace tlsdiag
