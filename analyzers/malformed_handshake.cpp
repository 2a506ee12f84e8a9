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

// Those whose content is read (RFC 8446, 4.2).
static std::string extension_text(std::uint16_t type)
{
    switch (static_cast<ExtensionType>(type)) {
    case ExtensionType::server_name:
        return "server_name";
    case ExtensionType::supported_groups:
        return "supported_groups";
    case ExtensionType::signature_algorithms:
        return "signature_algorithms";
    case ExtensionType::supported_versions:
        return "supported_versions";
    case ExtensionType::alpn:
        return "application_layer_protocol_negotiation";
    case ExtensionType::pre_shared_key:
        return "pre_shared_key";
    case ExtensionType::key_share:
        return "key_share";
    case ExtensionType::certificate_authorities:
        return "certificate_authorities";
    case ExtensionType::renegotiation_info:
        return "renegotiation_info";
    default:
        return hex(type, 4);
    }
}

// An extension whose content does not fit its length is otherwise ignored: only the receiver's complaint makes it a
// fault.
static void add_broken_extension(const Conversation &c, Side sender, const Moment &hello, std::string_view which,
                                 const std::vector<std::uint16_t> &broken, Findings &found)
{
    const bool complaint = ended_by_alert(c, peer(sender), {"decode_error", "illegal_parameter"});
    const bool draft = is_draft(c.client_hello->highest_version()) || is_draft(c.server_hello->version);
    if (!hello || broken.empty() || !c.malformed[sender].empty() || !complaint || draft)
        return;
    Finding finding;
    finding.side = party(sender);
    finding.because = "the inner lengths of the extension " + extension_text(broken.front()) + " in the " +
                      std::string{name(sender)} + "'s " + std::string{which} + " do not add up to its length";
    finding.detail = finding.because;
    finding.evidence = {hello.frame};
    found.push_back(std::move(finding));
}

static Findings examine(const Conversation &c, const Event &)
{
    Findings found;
    for (const Side side : {Side::client, Side::server})
        if (!c.malformed[side].empty())
            found.push_back(finding_of(side, c.malformed[side].front()));
    add_broken_extension(c, Side::client, c.client_hello.at, "ClientHello", c.client_hello->broken_extensions, found);
    add_broken_extension(c, Side::server, c.server_hello.at, "ServerHello", c.server_hello->broken_extensions, found);
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
