// Reads the options of a TCP header.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/tcp_options.hpp"

namespace tlsdiag {

// Returns the content of the first option of this kind.
static Bytes option(Bytes options, std::uint8_t wanted)
{
    constexpr std::uint8_t end = 0, no_operation = 1;
    Reader reader{options};
    while (reader.ok() && !reader.rest().empty()) {
        const std::uint8_t kind = reader.u8();
        if (kind == end)
            break;
        if (kind == no_operation)
            continue;
        const std::uint8_t length = reader.u8();
        if (length < 2)
            break;
        const Bytes content = reader.take(length - 2u);
        if (reader.ok() && kind == wanted)
            return content;
    }
    return {};
}

std::uint16_t maximum_segment_size(Bytes options)
{
    Reader reader{option(options, 2)};
    const std::uint16_t size = reader.u16();
    return reader.ok() ? size : std::uint16_t{0};
}

bool has_timestamps(Bytes options)
{
    return option(options, 8).size() == 8;
}

bool acknowledges_selectively(Bytes options, std::uint32_t acknowledged)
{
    Reader blocks{option(options, 5)};
    const std::uint32_t left = blocks.u32();
    blocks.u32();
    return blocks.ok() && static_cast<std::int32_t>(left - acknowledged) > 0; // otherwise a duplicate (RFC 2883)
}

} // namespace tlsdiag
