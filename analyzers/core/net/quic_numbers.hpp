// QUIC's variable-length integers.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

namespace tlsdiag {

inline std::uint64_t quic_number(Reader &reader) // RFC 9000, 16
{
    const std::uint8_t first = reader.u8();
    std::uint64_t value = first & 0x3f;
    for (int left = (1 << (first >> 6)) - 1; left > 0; --left)
        value = value << 8 | reader.u8();
    return value;
}

} // namespace tlsdiag
