// Parses RADIUS packets, as far as they tell which authentication they belong to.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/radius.hpp"

#include <algorithm>

namespace tlsdiag {

constexpr std::uint8_t state = 24, calling_station_id = 31, eap_message = 79; // RFC 2865, 5; RFC 3579, 3.1

std::optional<RadiusPacket> parse_radius(Bytes packet)
{
    constexpr std::size_t header_size = 20, authenticator_size = 16;
    Reader reader{packet};
    RadiusPacket result{};
    result.code = RadiusCode{reader.u8()};
    result.identifier = reader.u8();
    const std::size_t length = reader.u16();
    result.authenticator = reader.take(authenticator_size);
    const bool authenticates = result.code == RadiusCode::request || result.code == RadiusCode::accept ||
                               result.code == RadiusCode::reject || result.code == RadiusCode::challenge;
    if (!reader.ok() || !authenticates || length < header_size)
        return std::nullopt;
    reader = Reader{reader.take(std::min(length - header_size, reader.left()))};
    while (reader.left() >= 2) {
        const std::uint8_t type = reader.u8(), size = reader.u8();
        if (size < 2 || size - 2u > reader.left()) // malformed, or truncated
            break;
        const Bytes value = reader.take(size - 2u);
        if (type == state)
            result.state = value;
        else if (type == calling_station_id)
            result.calling_station = value;
        else if (type == eap_message)
            result.has_eap = true;
    }
    return result;
}

} // namespace tlsdiag
