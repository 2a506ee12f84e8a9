// EAP packets that carry TLS (RFC 3748; EAP-TLS RFC 5216, and TTLS, PEAP, FAST, TEAP, which carry it the same way).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"

#include <cstdint>
#include <optional>

namespace tlsdiag {

enum class EapCode : std::uint8_t { request = 1, response = 2, success = 3, failure = 4 };

struct EapPacket {
    EapCode code;
    std::uint8_t identifier = 0;
    std::uint8_t method = 0;     // 13 EAP-TLS, 21 TTLS, 25 PEAP, 43 FAST, 55 TEAP; 0 where there is none
    bool carries_tls = false;    // one of those methods
    bool start = false;          // the S flag
    bool more = false;           // the M flag: more fragments of this flight follow
    std::uint32_t announced = 0; // the flight's length (the L flag), 0: not said
    Bytes tls;                   // the fragment; empty: an acknowledgement
    bool truncated = false;      // not all of it was captured
};

// Absent where these bytes are no EAP packet.
std::optional<EapPacket> parse_eap(Bytes packet, std::size_t length);

} // namespace tlsdiag
