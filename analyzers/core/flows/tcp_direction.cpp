// Compares what one side of a TCP stream sent with what was captured and acknowledged.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_direction.hpp"

#include "core/net/tcp_options.hpp"

#include <algorithm>

namespace tlsdiag {

std::uint64_t TcpDirection::unacknowledged() const
{
    const auto ahead = static_cast<std::int32_t>(stream.next().value_or(acknowledged) - acknowledged);
    return ahead > 0 ? static_cast<std::uint64_t>(ahead) : 0;
}

bool TcpDirection::lacks_acknowledged() const
{
    return stream.acknowledged_unseen() > (fin ? 1 : 0);
}

std::uint32_t TcpDirection::missing_before(std::uint32_t sequence) const
{
    const std::uint32_t behind = fin && sequence == *fin + 1 ? *fin : sequence; // a FIN is not a byte
    const auto ahead = static_cast<std::int32_t>(behind - stream.next().value_or(behind));
    return ahead > 0 && ahead < TcpReassembly::max_jump ? static_cast<std::uint32_t>(ahead) : 0;
}

// A retransmitted segment has another timestamp (RFC 7323), or arrives later.
bool TcpDirection::is_copy(Bytes header, std::size_t length, Time now)
{
    constexpr Time at_once = second / 1000;
    const bool soon =
        now - last_time_ < at_once || has_timestamps(header.subspan(std::min<std::size_t>(header.size(), 20)));
    if (soon && last_length_ == length && std::ranges::equal(last_header_, header))
        return true;
    last_header_.assign(header.begin(), header.end());
    last_length_ = length;
    last_time_ = now;
    return false;
}

bool TcpSides::opening_seen() const
{
    return std::ranges::all_of(directions, [](const TcpDirection &one) { return one.seen && one.stream.saw_syn(); });
}

void TcpSides::stop_keeping()
{
    for (TcpDirection &direction : directions)
        direction.stream.stop_keeping();
}

} // namespace tlsdiag
