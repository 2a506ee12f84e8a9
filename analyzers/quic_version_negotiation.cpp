// The QUIC server does not support the version that the client tried.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis quic_version_negotiation{
    .title = "QUIC version negotiated",
    .severity = Severity::note,
    .triggers = EventKind::quic_version_negotiation,
    .wire = "The server sends a Version Negotiation packet (a long header with version 0). It costs a round trip, or "
            "the whole connection if the client supports none of the versions in the packet.",
    .remedy = "Enable a QUIC version on one side that the other supports, if no connection follows.",
    .sources = {"RFC 9000, 6 and 17.2.1", "RFC 8999, 6"},
    .examine = examine,
};

static std::string version_text(std::uint32_t version)
{
    if (version == 1)
        return "1";
    if (version == 0x6b33'43cf) // RFC 9369
        return "2";
    if (version >> 8 == 0xff'0000)
        return "draft " + std::to_string(version & 0xff);
    const bool reserved = (version & 0x0f0f'0f0f) == 0x0a0a'0a0a; // RFC 9000, 15
    return hex(version, 8) + (reserved ? " (reserved)" : "");
}

static Findings examine(const Conversation &c, const Event &)
{
    const QuicVersionNegotiation &negotiation = *c.quic_version_negotiation;
    std::vector<std::string> supported;
    for (const std::uint32_t version : negotiation.supported)
        supported.push_back(version_text(version));
    Finding finding;
    finding.side = Party::client;
    finding.detail = (negotiation.tried ? "the client tried version " + version_text(negotiation.tried)
                                        : "the version that the client tried is not seen") +
                     "; the server supports " + few(supported, 6);
    finding.because = "the server does not support the client's QUIC version";
    return {finding};
}

} // namespace tlsdiag
