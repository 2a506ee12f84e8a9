// The times of a capture that was put together from several: what lies between them was not watched.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

#include <algorithm>
#include <vector>

namespace tlsdiag {

// A connection that is quiet for longer does not wait for its handshake: the clock was set, or captures were merged.
constexpr Time longest_wait = 3600 * second;

class ClockGaps {
public:
    void frame(const Moment &before, const Moment &now)
    {
        const bool jumps = now.time - before.time > longest_step || before.time - now.time > second;
        if (before && jumps && clock_gaps_.size() < at_most)
            clock_gaps_.push_back({now.frame, before.time});
    }

    // Until when the capture shows what follows this frame.
    Time watched_until(std::uint32_t frame, Time now) const
    {
        const auto next = std::upper_bound(clock_gaps_.begin(), clock_gaps_.end(), frame,
                                           [](std::uint32_t one, const Gap &gap) { return one < gap.frame; });
        return next == clock_gaps_.end() ? now : next->began;
    }

private:
    struct Gap {
        std::uint32_t frame; // the first one after it
        Time began;
    };
    static constexpr Time longest_step = 300 * second; // in which no packet of anybody comes
    static constexpr std::size_t at_most = 10'000;
    std::vector<Gap> clock_gaps_;
};

} // namespace tlsdiag
