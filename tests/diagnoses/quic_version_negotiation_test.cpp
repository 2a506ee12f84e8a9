// Tests the diagnosis quic_version_negotiation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis quic_version_negotiation;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Findings negotiated(std::uint32_t tried, std::vector<std::uint32_t> supported)
{
    Conversation c = hello();
    c.transport = Transport::quic;
    c.quic_version_negotiation = seen(6, QuicVersionNegotiation{tried, std::move(supported)});
    return ask(quic_version_negotiation, c, {EventKind::quic_version_negotiation, Side::server, at(6)});
}

TEST_CASE("quic_version_negotiation: what was tried, and what there is")
{
    const Findings found = negotiated(0x1a2a3a4a, {1, 0x6b3343cf, 0xff00001d, 0x51303530});
    REQUIRE(found.size() == 1);
    CHECK(found[0].detail ==
          "the client tried version 0x1a2a3a4a (reserved); the server supports 1, 2, draft 29, 0x51303530");
    const Findings unseen = negotiated(0, {1});
    REQUIRE(unseen.size() == 1);
    CHECK(has(unseen[0].detail, "the version that the client tried is not seen"));
}

TEST_CASE("quic_version_negotiation: not without the packet")
{
    Conversation c = completed(0x0304);
    c.transport = Transport::quic;
    CHECK(play(quic_version_negotiation, c).empty());
}
