// Turns bytes into typed messages. Each parser reads like the RFC's schema. Bytes with inconsistent lengths give an
// OpaqueMessage with `malformed` set, never an exception.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"
#include "core/tls/parse_context.hpp"

namespace tlsdiag {

// Parses one handshake message from its type and its body (without the header).
Message parse_message(std::uint8_t type, Bytes body, const ParseContext &context);

// Parses an SSLv2-format message without its 2-byte record header: CLIENT-HELLO (1) or SERVER-HELLO (4).
Message parse_sslv2(Bytes body);

} // namespace tlsdiag
