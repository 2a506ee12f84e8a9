// A handshake message whose lengths contradict each other.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/tls/iana_names.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis malformed_handshake{
    .title = "A handshake message contradicts its own lengths",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "A handshake message has inner lengths that do not add up to its own length, and the handshake ends after "
            "it. Go servers send such a CertificateRequest when their list of CAs is longer than 65,535 bytes: the "
            "length field wraps around.",
    .remedy = "Find out on the sender's side what makes the message so long or malformed (for a CertificateRequest: "
              "shorten the list of CAs), and update the sender's TLS stack.",
    .sources = {"RFC 8446, 3.4 and 6.2 (decode_error)", "RFC 5246, 4.3 and 7.4.4",
                "golang/go, crypto/tls/handshake_messages.go"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

// RFC 8446, 6.2; RFC 5246, 7.2.2: the alerts with which a receiver rejects such a message.
static bool complains_of_form(const Conversation &c, Side receiver)
{
    return ended_by_alert(c, receiver, {"decode_error", "illegal_parameter", "unexpected_message", "internal_error"});
}

static Finding finding_of(Side sender, const Seen<OpaqueMessage> &message)
{
    const std::string which = handshake_type_name(message->type) + " of " + digit_groups(message->size) + " bytes";
    Finding finding;
    finding.side = party(sender);
    finding.because =
        "the inner lengths of the " + std::string{name(sender)} + "'s " + which + " do not add up to its length";
    finding.detail = finding.because;
    if (message->type == static_cast<std::uint8_t>(HandshakeType::certificate_request) && message->size > 0xffff)
        finding.detail += "; a list of CAs has a 16-bit length, so at most 65,535 bytes";
    finding.evidence = {message.at.frame};
    return finding;
}

static Findings examine(const Conversation &c, const Event &)
{
    Findings found;
    for (const Side side : {Side::client, Side::server})
        if (!c.malformed[side].empty())
            found.push_back(finding_of(side, c.malformed[side].front()));
    return found;
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    const Side sender = finding.side == Party::client ? Side::client : Side::server;
    if (complains_of_form(c, peer(sender)))
        return Fit::exact;
    return c.ending.reason == EndReason::alert || c.ending.by == sender ? Fit::none : Fit::good;
}

} // namespace tlsdiag
