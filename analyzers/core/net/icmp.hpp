// The reasons that ICMP and ICMPv6 give for a packet that was not delivered.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/net/quoted_packet.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tlsdiag {

// `icmp` is type << 8 | code: "port unreachable (ICMP type 3, code 3)".
std::string icmp_text(std::uint16_t icmp, bool v6);

// Fragmentation needed (RFC 1191, 4), Packet Too Big (RFC 4443, 3.2).
struct TooBig {
    QuotedPacket packet;
    std::uint32_t mtu; // of the next hop, in bytes; 0: an old router does not report it
};
std::optional<TooBig> packet_too_big(bool v6, Bytes message);

} // namespace tlsdiag
