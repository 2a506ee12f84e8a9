// Clock jumps, as in merged captures. The time inside a jump was not captured, so it does not count as silence.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/moment.hpp"

#include <algorithm>
#include <vector>

namespace tlsdiag {

class ClockGaps {
public:
    void frame(const Moment &before, const Moment &now)
    {
        const bool jumps = now.time - before.time > longest_step || before.time - now.time > second;
        if (before && jumps && clock_gaps_.size() < at_most)
            clock_gaps_.push_back({now.frame, before.time});
    }

    // The time until which the capture covers what follows this frame.
    Time watched_until(std::uint32_t frame, Time now) const
    {
        const auto next = std::upper_bound(clock_gaps_.begin(), clock_gaps_.end(), frame,
                                           [](std::uint32_t one, const Gap &gap) { return one < gap.frame; });
        return next == clock_gaps_.end() ? now : next->began;
    }

private:
    struct Gap {
        std::uint32_t frame; // the first frame after the pause
        Time began;
    };
    static constexpr Time longest_step = 300 * second; // longer without any packet at all is a pause
    static constexpr std::size_t at_most = 10'000;
    std::vector<Gap> clock_gaps_;
};

} // namespace tlsdiag
