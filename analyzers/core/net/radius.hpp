// RADIUS packets that carry EAP (RFC 2865, RFC 3579).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <cstdint>
#include <optional>

namespace tlsdiag {

enum class RadiusCode : std::uint8_t { request = 1, accept = 2, reject = 3, challenge = 11 };

struct RadiusPacket {
    RadiusCode code;
    std::uint8_t identifier = 0; // an answer has that of its request
    Bytes authenticator;
    Bytes state;           // of a challenge; the next request returns it
    Bytes calling_station; // usually the supplicant's MAC address
    bool has_eap = false;
};

// Absent if these bytes are no packet of an authentication.
std::optional<RadiusPacket> parse_radius(Bytes packet);

} // namespace tlsdiag
