// EAP packets that carry TLS (RFC 3748): EAP-TLS (RFC 5216), and TTLS, PEAP, FAST and TEAP, which carry it in the same
// way.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <cstdint>
#include <optional>

namespace tlsdiag {

enum class EapCode : std::uint8_t { request = 1, response = 2, success = 3, failure = 4 };

struct EapPacket {
    EapCode code;
    std::uint8_t identifier = 0;
    std::uint8_t method = 0;     // 13 EAP-TLS, 21 TTLS, 25 PEAP, 43 FAST, 55 TEAP; 0: none
    bool carries_tls = false;    // one of those methods
    bool start = false;          // the S flag
    bool more = false;           // the M flag: more fragments of this flight follow
    std::uint32_t announced = 0; // the flight's length in bytes (the L flag); 0: not announced
    Bytes tls;                   // the fragment; empty: an acknowledgement
    bool truncated = false;      // not completely captured
};

// Absent if these bytes are not an EAP packet. `length` is its length on the wire.
std::optional<EapPacket> parse_eap(Bytes packet, std::size_t length);

} // namespace tlsdiag
