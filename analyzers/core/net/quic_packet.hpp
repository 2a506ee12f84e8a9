// What a QUIC packet shows without keys (RFC 9000, 17; RFC 8999).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace tlsdiag {

enum class QuicPacketType : std::uint8_t { initial, zero_rtt, handshake, retry, version_negotiation, one_rtt };

struct QuicPacket {
    QuicPacketType type = QuicPacketType::one_rtt;
    std::uint32_t version = 0; // only in long headers
    Bytes destination, source; // connection ids, only in long headers
    std::uint64_t length = 0;  // of the encrypted rest with the packet number: only of Initial, 0-RTT and Handshake
    Bytes rest;                // what follows the first byte; in long headers, the connection ids

    bool long_header() const { return type != QuicPacketType::one_rtt; }
    std::vector<std::uint32_t> versions() const; // of a Version Negotiation packet: at most 32
    bool starts_with(Bytes connection_id) const; // a short header, which does not tell the id's length
};

// The packets of a datagram, in order, as far as they can be read.
void each_quic_packet(Bytes datagram, const std::function<void(const QuicPacket &)> &use);

} // namespace tlsdiag
