// All conversations of a capture: starts them for the flows, and settles them when a frame ends.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/frame_clock.hpp"
#include "core/capture/frame_index.hpp"
#include "core/capture/live_verdicts.hpp"
#include "core/diagnosis/conversation_observer.hpp"
#include "core/flows/flow_host.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tlsdiag {

// A conversation while its packets arrive, and what is kept of it afterwards.
struct TrackedConversation {
    std::unique_ptr<HandshakeTracker> tracker; // null once it is evicted
    std::unique_ptr<Verdict> verdict;          // once the outcome is known, until it is evicted
    std::unique_ptr<Summary> summary;          // once it is evicted
    std::uint32_t findings_shown = 0;          // findings in the index of frames
    bool closed = false;                       // its TCP connection is
    bool evicted_early = false;                // before its outcome was known
};

class Conversations final : public FlowHost {
public:
    // Limit of open conversations; beyond it, half of them are evicted.
    static constexpr std::size_t max_open = 16'384;

    // `observer` may be nullptr.
    Conversations(CaptureHistory &history, const FrameClock &clock, FrameIndex &frames, ConversationObserver *observer);

    const Frame &frame() const override { return clock_.frame(); }
    HandshakeTracker &start(const ConversationStart &start) override;
    void touch(HandshakeTracker &tracker, Side from) override;
    void adopt(const Moment &earlier, std::uint32_t conversation) override;

    std::uint32_t size() const { return static_cast<std::uint32_t>(tracked_.size()); }
    const TrackedConversation &operator[](std::uint32_t number) const { return tracked_.at(number); }

    // The one over UDP from this client to this server, if it is open.
    HandshakeTracker *between(const Endpoint &client, const Endpoint &server) const;

    // The current frame: its conversations, and what it proves about them.
    void begin_frame();
    void settle_frame();
    const std::vector<std::uint32_t> &closed_now() const { return closed_now_; } // whose TCP connections it closed

    // Forgets a conversation's packets and keeps its summary. `early`: its outcome was not known.
    void evict(std::uint32_t number, bool early);

    // A packet of a conversation that is evicted. `matters`: it is more than an acknowledgment.
    void late_packet(std::uint32_t number, bool matters);

    void keep_metrics() { keeps_metrics_ = true; }
    Summary sum_up(const Conversation &conversation, Verdict verdict) const;

    // Live verdicts are recorded from the first call on.
    LiveVerdicts &live_verdicts();

private:
    void settle(std::uint32_t number);
    void make_verdict(TrackedConversation &one, bool at_end);
    void belongs_to(std::uint32_t conversation); // the current frame

    CaptureHistory &history_;
    const FrameClock &clock_;
    FrameIndex &frames_;
    ConversationObserver *observer_;
    bool keeps_metrics_ = false;
    std::deque<TrackedConversation> tracked_;
    std::vector<std::uint32_t> touched_, closed_now_;                 // by the current frame
    std::map<std::pair<Endpoint, Endpoint>, std::uint32_t> over_udp_; // by client and server
    std::unique_ptr<LiveVerdicts> live_verdicts_;                     // null: not recorded
};

} // namespace tlsdiag
