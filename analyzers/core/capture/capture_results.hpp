// What is known of a capture's frames and conversations so far. Asking changes nothing.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/capture_knowledge.hpp"
#include "core/capture/hypothetical_end.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tlsdiag {

// What a frame shows about one conversation: the findings attached to this frame and, if the outcome became known in
// it, the verdict.
struct FrameResult {
    Summary summary;
    bool verdict_here = false;
    std::optional<CaListSize> ca_list; // in this frame
};

class CaptureResults {
public:
    CaptureResults(const CaptureKnowledge &knowledge, const Conversations &conversations, const Carriers &carriers,
                   const FrameClock &clock, FrameIndex &frames)
        : knowledge_{knowledge}, conversations_{conversations}, carriers_{carriers}, clock_{clock}, frames_{frames},
          hypothetical_end_{conversations, carriers, clock}
    {
    }

    // ---- Frames ----
    std::uint32_t last_frame() const { return clock_.frame().moment.frame; }
    FrameContent content(std::uint32_t frame) const { return frames_.content(frame); }
    std::vector<FrameResult> of_frame(std::uint32_t frame) const;
    std::vector<std::uint32_t> conversations_of(std::uint32_t frame) const { return frames_.conversations_of(frame); }
    bool wants_records(std::uint32_t stream) const { return carriers_.tcp.wants_records(stream); }

    // ---- Conversations, as if the capture ended now ----
    std::uint32_t conversations() const { return conversations_.size(); }
    Summary summary(std::uint32_t conversation) const;
    bool is_open(std::uint32_t conversation) const { return conversations_[conversation].tracker != nullptr; }
    const HypotheticalEnd &end_of_open() const { return hypothetical_end_; }
    PlainTraffic plain_traffic() const { return carriers_.tcp.plain_traffic(); }
    const std::vector<std::string> &notes() const { return knowledge_.notes; }

    // The capture has ended: attaches what only the end shows to each open conversation's last frame.
    void attach_end();

private:
    Summary attached(std::uint32_t conversation) const;

    const CaptureKnowledge &knowledge_;
    const Conversations &conversations_;
    const Carriers &carriers_;
    const FrameClock &clock_;
    FrameIndex &frames_;
    HypotheticalEnd hypothetical_end_;
    std::unordered_map<std::uint32_t, Summary> at_end_; // by conversation: those that only the end could judge
};

} // namespace tlsdiag
