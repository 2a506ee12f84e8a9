// The packet that an ICMP error quotes.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/moment.hpp"
#include "core/base/reader.hpp"

#include <optional>

namespace tlsdiag {

struct QuotedPacket {
    Endpoint source, destination; // with ports
    bool udp = false;             // false: TCP
};

// Parses an IP packet (RFC 791, RFC 8200 without extension headers) and the first 4 bytes of its payload. Absent if it
// is neither TCP nor UDP.
std::optional<QuotedPacket> quoted_packet(bool v6, Bytes packet);

} // namespace tlsdiag
