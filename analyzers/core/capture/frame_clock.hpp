// The current frame, and the time up to which the capture shows a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/clock_gaps.hpp"
#include "core/flows/flow_host.hpp"

#include <algorithm>

namespace tlsdiag {

class FrameClock {
public:
    const Frame &frame() const { return frame_; }

    // Returns false if the frame's number is not above the last one.
    bool begin(const Frame &frame)
    {
        if (frame.moment.frame <= frame_.moment.frame)
            return false;
        gaps_.frame(frame_.moment, frame.moment);
        frame_ = frame;
        return true;
    }

    // A question is asked at this time, which may be later than the last frame.
    void ask(Time now) { asked_ = now; }
    Time now() const { return std::max(frame_.moment.time, asked_); }

    // `last`: the conversation's last packet.
    Time watched_until(const Moment &last, Time now) const { return gaps_.watched_until(last.frame, now); }

private:
    Frame frame_;
    ClockGaps gaps_;
    Time asked_ = 0;
};

} // namespace tlsdiag
