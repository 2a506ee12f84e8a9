// Reads the headers of QUIC packets.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/quic_packet.hpp"

#include "core/net/quic_numbers.hpp"

#include <algorithm>

namespace tlsdiag {

// RFC 9000, 17.2; the types of version 2: RFC 9369, 3.2.
static QuicPacketType packet_type(std::uint8_t first, std::uint32_t version)
{
    constexpr std::uint32_t version_2 = 0x6b33'43cf;
    if (!(first & 0x80))
        return QuicPacketType::one_rtt;
    if (version == 0)
        return QuicPacketType::version_negotiation;
    const unsigned type = (first >> 4) & 3;
    return static_cast<QuicPacketType>(version == version_2 ? (type + 3) % 4 : type);
}

static bool has_length(QuicPacketType type)
{
    return type == QuicPacketType::initial || type == QuicPacketType::zero_rtt || type == QuicPacketType::handshake;
}

void each_quic_packet(Bytes datagram, const std::function<void(const QuicPacket &)> &use)
{
    Reader reader{datagram};
    while (!reader.empty()) {
        QuicPacket packet;
        const std::uint8_t first = reader.u8();
        if (first == 0) // zeros may follow the last packet
            return;
        const bool long_header = first & 0x80;
        packet.version = long_header ? reader.u32() : 0;
        packet.type = packet_type(first, packet.version);
        if (long_header) {
            packet.destination = reader.vector8().rest();
            packet.source = reader.vector8().rest();
        }
        packet.rest = reader.rest();
        if (!reader.ok())
            return;
        if (packet.type == QuicPacketType::initial)
            reader.take(static_cast<std::size_t>(quic_number(reader))); // token
        if (has_length(packet.type))
            packet.length = quic_number(reader);
        use(packet);
        if (!reader.ok() || !has_length(packet.type))
            return;
        reader.take(static_cast<std::size_t>(packet.length));
        if (!reader.ok())
            return;
    }
}

std::vector<std::uint32_t> QuicPacket::versions() const
{
    constexpr std::size_t most = 32;
    std::vector<std::uint32_t> versions;
    if (type != QuicPacketType::version_negotiation)
        return versions;
    for (Reader reader{rest}; reader.left() >= 4 && versions.size() < most;)
        versions.push_back(reader.u32());
    return versions;
}

bool QuicPacket::starts_with(Bytes connection_id) const
{
    return rest.size() >= connection_id.size() && std::ranges::equal(rest.first(connection_id.size()), connection_id);
}

} // namespace tlsdiag
