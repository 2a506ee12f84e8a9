// Parses EAP packets.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/eap.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

constexpr std::uint8_t eap_tls = 13, ttls = 21, peap = 25, fast = 43, teap = 55;
constexpr std::uint8_t length_included = 0x80, more_fragments = 0x40, start_flag = 0x20; // RFC 5216, 3.1
constexpr std::uint8_t outer_tlvs_included = 0x10;                                       // RFC 7170, 4.1: TEAP only

static bool method_carries_tls(std::uint8_t method)
{
    static constexpr std::array methods{eap_tls, ttls, peap, fast, teap};
    return std::ranges::find(methods, method) != methods.end();
}

static void read_tls(Reader reader, EapPacket &packet)
{
    const std::uint8_t flags = reader.u8();
    packet.start = (flags & start_flag) != 0;
    packet.more = (flags & more_fragments) != 0;
    if ((flags & length_included) != 0)
        packet.announced = reader.u32();
    std::size_t outer_tlvs = 0;
    if (packet.method == teap && (flags & outer_tlvs_included) != 0)
        outer_tlvs = reader.u32();
    // A Start packet contains no TLS; EAP-FAST and TEAP put the authority's identity there (RFC 4851, 4.1.1).
    if (packet.start)
        return;
    // The outer TLVs follow the TLS data, so truncation removes them first.
    packet.tls = packet.truncated ? reader.rest() : reader.take(reader.left() - std::min(outer_tlvs, reader.left()));
}

std::optional<EapPacket> parse_eap(Bytes packet, std::size_t length)
{
    constexpr std::size_t header_size = 4; // RFC 3748, 4
    packet = packet.first(std::min(packet.size(), length));
    Reader reader{packet};
    const std::uint8_t code = reader.u8();
    const std::uint8_t identifier = reader.u8();
    const std::size_t said = reader.u16();
    if (!reader.ok() || code < 1 || code > 4)
        return {};
    EapPacket result{};
    result.code = static_cast<EapCode>(code);
    result.identifier = identifier;
    const bool has_method = result.code == EapCode::request || result.code == EapCode::response;
    if (said < header_size + (has_method ? 1 : 0))
        return {};
    result.truncated = said > packet.size();
    if (!has_method)
        return result;

    // Bytes after the packet are padding of the layer below.
    reader = Reader{reader.take(std::min(said - header_size, reader.left()))};
    result.method = reader.u8();
    result.carries_tls = method_carries_tls(result.method);
    if (result.carries_tls)
        read_tls(reader, result);
    return result;
}

} // namespace tlsdiag
