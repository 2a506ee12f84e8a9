// Parses the packet that an ICMP error quotes.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/quoted_packet.hpp"

#include <algorithm>

namespace tlsdiag {

static Endpoint endpoint(Bytes address)
{
    Endpoint end;
    end.address_length = static_cast<std::uint8_t>(address.size());
    std::ranges::copy(address, end.address.begin());
    return end;
}

std::optional<QuotedPacket> quoted_packet(bool v6, Bytes packet)
{
    constexpr std::uint8_t tcp = 6, udp = 17;
    Reader reader{packet};
    QuotedPacket quoted;
    std::uint8_t protocol = 0;
    if (v6) {
        reader.take(6);
        protocol = reader.u8();
        reader.take(1);
        quoted.source = endpoint(reader.take(16));
        quoted.destination = endpoint(reader.take(16));
    } else {
        const std::size_t options = (reader.u8() & 0x0fu) * 4u;
        reader.take(8);
        protocol = reader.u8();
        reader.take(2);
        quoted.source = endpoint(reader.take(4));
        quoted.destination = endpoint(reader.take(4));
        reader.take(options > 20 ? options - 20 : 0);
    }
    quoted.source.port = reader.u16();
    quoted.destination.port = reader.u16();
    quoted.udp = protocol == udp;
    if (!reader.ok() || (protocol != tcp && protocol != udp))
        return std::nullopt;
    return quoted;
}

} // namespace tlsdiag
