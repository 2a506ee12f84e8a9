// The server never answers the ClientHello.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/net/icmp.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis no_server_reply{
    .title = "The ClientHello was not answered",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "No TLS byte comes from the server after a ClientHello for the time that counts as silence (3 s), or an "
            "ICMP error comes instead.",
    .remedy = "Check that the server process answers on this address and port, that it expects TLS there and not "
              "STARTTLS, and that no firewall drops the ClientHello.",
    .sources = {"RFC 8446, 4.1.1", "RFC 792; RFC 4443", "RFC 6347, 4.2.4 (DTLS: retransmission)"},
    .examine = examine,
    .explains = explains,
    .claim = Claim::absence,
    .at_end = true,
};

// Over UDP, a server that is down sends no packet at all. Over TCP, that means that only one side was captured.
static bool may_be_hidden(const Conversation &c)
{
    const bool tcp = c.transport == Transport::tcp;
    if (c.transport == Transport::quic && c.gaps.direction_missing[Side::server] && !c.unanswered())
        return true;
    return c.gaps.started_midway || c.gaps.gap_open || c.gaps.any_bytes_missing() ||
           (tcp && c.gaps.direction_missing[Side::server]);
}

static std::string what_happened(const Conversation &c, const std::string &hello)
{
    if (c.ending.port_unreachable())
        return "nobody listens on the server's port, or a firewall answers for it: " +
               icmp_text(*c.ending.icmp, c.client.address_length == 16) + " came after " + hello;
    if (c.ending.icmp)
        return "an ICMP error came after " + hello + ": " + icmp_text(*c.ending.icmp, c.client.address_length == 16);
    return "no TLS byte came from the server for " +
           duration_text(std::max(c.ending.at.time - c.client_hello.at.time, c.history->silence)) + " after " + hello;
}

static Findings examine(const Conversation &c, const Event &)
{
    const bool unanswered = c.ending.reason == EndReason::silence || c.ending.reason == EndReason::unreachable;
    if (!unanswered || !c.client_hello || c.first_tls[Side::server] || c.quic_version_negotiation)
        return {};
    if (c.ending.reason == EndReason::silence && may_be_hidden(c))
        return {};
    const bool tcp = c.transport == Transport::tcp;
    const std::uint32_t again = tcp ? c.hello_sent_again : c.retransmissions[Side::client];
    // The system of a server acknowledges a ClientHello even if its process does not answer.
    const bool lost = tcp && again > 0 && c.segments[Side::client].unacknowledged > 0;
    Finding finding;
    const bool unreachable = c.ending.icmp && !c.ending.port_unreachable();
    finding.side = unreachable || lost ? Party::network : Party::server;
    const std::string hello = "the ClientHello (" + digit_groups(c.client_hello->size) + " bytes" +
                              (again ? ", sent again " + plural(again, "time", "times") : "") + ")";
    finding.because = what_happened(c, hello) +
                      (lost ? "; it was not even acknowledged, so it, or every answer, is lost on the way" : "");
    finding.detail =
        finding.because + (c.ending.icmp ? "" : "; " + duration_text(c.history->silence) + " count as silence");
    finding.evidence = {c.client_hello.at.frame};
    return {finding};
}

static Fit explains(const Conversation &, const Finding &)
{
    return Fit::vague;
}

} // namespace tlsdiag
