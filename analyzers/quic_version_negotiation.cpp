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

static Findings examine(const Conversation &c, const Event &)
{
    const QuicVersionNegotiation &negotiation = *c.quic_version_negotiation;
    Finding finding;
    finding.side = Party::client;
    finding.detail = (negotiation.tried ? "the client tried version " + quic_version_text(negotiation.tried)
                                        : "the version that the client tried is not seen") +
                     "; the server supports " + quic_versions_text(negotiation.supported);
    finding.because = "the server does not support the client's QUIC version";
    return {finding};
}

} // namespace tlsdiag
