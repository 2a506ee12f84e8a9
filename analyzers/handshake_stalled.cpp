// The handshake stopped midway: both sides went silent, or the network reported an error.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/net/icmp.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis handshake_stalled{
    .title = "The handshake stalled",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The server has answered, the handshake is not complete, and neither side sends a TLS byte for the time "
            "that counts as silence (3 s), or an ICMP error arrives instead.",
    .remedy = "Check the side that owed the next message: its process hangs or waits for another service (a revocation "
              "check, a key store), or its large packets do not get through.",
    .sources = {"RFC 8446, 2", "RFC 2923, 2.1 (path MTU black holes)"},
    .examine = examine,
    .explains = explains,
    .claim = Claim::absence,
    .at_end = true,
};

// Over UDP, what does not decrypt is dropped without an alert (RFC 6347, 4.1.2.7).
static std::string with_psk(const Conversation &c)
{
    const bool psk = c.transport == Transport::dtls && c.server_hello && !c.tls13() && !c.resumed &&
                     cipher_suite_name(c.server_hello->cipher_suite).find("PSK") != std::string::npos;
    return psk && c.client_key_exchange ? "; with a PSK, this is what different keys on the two sides look like" : "";
}

static Findings examine(const Conversation &c, const Event &)
{
    const bool silent = c.ending.reason == EndReason::silence && !c.gaps.any();
    if (!(silent || c.ending.reason == EndReason::unreachable) || !c.first_tls[Side::server])
        return {};
    const Side debtor = c.ending.by;
    const std::uint32_t again = c.retransmissions[Side::client] + c.retransmissions[Side::server];
    const bool repeats = again > 0 && c.transport == Transport::dtls;
    const std::string what =
        c.ending.icmp ? icmp_text(*c.ending.icmp, c.client.address_length == 16)
                      : (repeats ? "nothing new came from either side, which only sent their last flights again, for "
                                 : "no TLS byte came from either side for ") +
                            duration_text(c.history->silence) + " or more" + with_psk(c);
    Finding finding;
    finding.side = c.ending.port_unreachable() ? party(peer(debtor)) : c.ending.icmp ? Party::network : party(debtor);
    finding.certainty = Certainty::strong;
    finding.detail = what + " " + std::string{stage_text(c.ending.stage)} + "; the next message was due from the " +
                     std::string{name(debtor)} +
                     (again ? "; " + plural(again, "retransmission", "retransmissions") : "");
    finding.because = what;
    return {finding};
}

static Fit explains(const Conversation &, const Finding &)
{
    return Fit::vague;
}

} // namespace tlsdiag
