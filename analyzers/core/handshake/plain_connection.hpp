// A TCP connection without TLS: what the flow tells the capture's inventory about it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/moment.hpp"

#include <cstdint>

namespace tlsdiag {

struct PlainConnection {
    Endpoint server;         // by the SYN, otherwise by the port
    std::uint64_t bytes = 0; // by sequence numbers, both directions
    bool under_way = false;  // it started before the capture: bytes inside a long record do not look like TLS
};

} // namespace tlsdiag
