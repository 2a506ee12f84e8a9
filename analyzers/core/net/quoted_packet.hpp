// The packet that an ICMP error quotes.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

#include <optional>

namespace tlsdiag {

struct QuotedPacket {
    Endpoint source, destination; // with ports
    bool udp = false;             // else TCP
};

// The IP packet (RFC 791, RFC 8200 without extension headers) with the first 4 bytes of what it carries. Absent where
// it is anything but TCP or UDP.
std::optional<QuotedPacket> quoted_packet(bool v6, Bytes packet);

} // namespace tlsdiag
