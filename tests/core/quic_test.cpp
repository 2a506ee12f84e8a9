// Tests QUIC packets, as far as the core reads them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/catch.hpp"
#include "support/wire.hpp"

namespace tlsdiag {
extern const Diagnosis quic_version_negotiation;
}

using namespace tlsdiag;
using namespace tlsdiag::bytes;

// One datagram a call, alternating directions.
class Quic {
public:
    // With the message that the dissector finds in it.
    Quic &packet(Side from, const Octets &packet, const Octets &message = {})
    {
        const Endpoint client{{10, 0, 0, 1}, 4, 40000}, server{{10, 0, 0, 2}, 4, 443};
        capture.begin_frame({{++frame_, wire::start + frame_ * second},
                             from == Side::client ? client : server,
                             from == Side::client ? server : client});
        capture.quic(0, packet);
        if (!message.empty())
            capture.message(message);
        capture.end_frame();
        return *this;
    }
    Capture capture{Settings{.trust_store = "none", .size_table = "", .silence = 3 * second}};

private:
    std::uint32_t frame_ = 0;
};

static Octets initial(std::uint32_t version)
{
    return cat(u8(0xc0), u32(version), u8(4), filled(4, 1), u8(4), filled(4, 2), u8(0), u8(8), filled(8, 3));
}

static Octets negotiation(const Octets &versions)
{
    return cat(u8(0x80), u32(0), u8(4), filled(4, 2), u8(4), filled(4, 1), versions);
}

static const Finding *negotiated(const Summary &summary)
{
    const auto found = std::find_if(summary.findings.begin(), summary.findings.end(),
                                    [](const Finding &one) { return one.diagnosis == &quic_version_negotiation; });
    return found == summary.findings.end() ? nullptr : &*found;
}

TEST_CASE("QUIC: a Version Negotiation packet begins a conversation where no ClientHello could be read")
{
    Quic quic;
    quic.packet(Side::client, initial(0x1a2a3a4a)).packet(Side::server, negotiation(cat(u32(1), u32(0xff00001d))));
    const Summary summary = quic.capture.results().summary(0);
    const Finding *finding = negotiated(summary);
    REQUIRE(finding);
    CHECK(finding->frame == 2);
    CHECK(finding->detail == "the client tried version 0x1a2a3a4a (reserved); the server supports 1, draft 29");
    CHECK(summary.client.port == 40000);
}

TEST_CASE("QUIC: its list is bounded, and may be cut short")
{
    Quic quic;
    Octets many;
    for (std::uint32_t i = 0; i < 1000; ++i)
        many = cat(many, u32(0x51303500 + i));
    quic.packet(Side::server, negotiation(many));
    const Summary summary = quic.capture.results().summary(0);
    REQUIRE(negotiated(summary));
    CHECK(negotiated(summary)->detail.find("and 26 more") != std::string::npos);

    Quic cut;
    const Octets whole = negotiation(u32(1));
    for (std::size_t size = 0; size < whole.size(); ++size)
        cut.packet(Side::server, Octets{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    CHECK(cut.capture.results().conversations() == 0);
}

TEST_CASE("QUIC: other packets begin none")
{
    Quic quic;
    quic.packet(Side::client, initial(1))
        .packet(Side::server, initial(1))
        .packet(Side::server, cat(u8(0x40), filled(30)));
    CHECK(quic.capture.results().conversations() == 0);
}

TEST_CASE("QUIC: all packets count, and the client's last Handshake packet ends the handshake")
{
    const auto long_header = [](std::uint8_t first) {
        return cat(u8(first), u32(1), u8(4), filled(4, 1), u8(4), filled(4, 2), u8(8), filled(8, 3));
    };
    const Octets handshake = long_header(0xe0), one_rtt = cat(u8(0x40), filled(20, 3));
    Quic quic;
    quic.capture.keep_metrics();
    quic.packet(Side::client, initial(1), client_hello(tls13_client()));
    quic.packet(Side::server, initial(1), server_hello(tls13_server()));
    quic.packet(Side::server, handshake).packet(Side::client, handshake).packet(Side::client, handshake);
    quic.packet(Side::client, one_rtt).packet(Side::server, one_rtt).packet(Side::client, handshake);
    const Summary summary = quic.capture.results().summary(0);
    REQUIRE(summary.verdict.outcome == Outcome::completed);
    CHECK(summary.metrics->durations.tls == Approx(4)); // from the first packet to the fifth
    CHECK(summary.metrics->durations.server < 0);       // the round-trip time is not known
    CHECK(summary.metrics->bytes[Side::client] == initial(1).size() + 3 * handshake.size() + one_rtt.size());
    CHECK(summary.metrics->bytes[Side::server] == initial(1).size() + handshake.size() + one_rtt.size());
}
