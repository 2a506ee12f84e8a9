// Evicts conversations that have ended, and enforces the bounds.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/eviction.hpp"

#include <algorithm>

namespace tlsdiag {

// After a RST, or if the last acknowledgment is missing, earlier segments may still arrive.
constexpr Time linger = 2 * second;

void Eviction::frame_over(TcpFlow *carrier)
{
    for (; known_ < conversations_.size(); ++known_)
        open_.push_back(known_);
    for (const std::uint32_t number : conversations_.closed_now())
        lingering_.emplace_back(number, conversations_.frame().moment.time);
    if (carrier)
        evict_closed(*carrier);
    evict_lingering();
    carriers_.tcp.evict_plain();
    evict_silent();
}

void Eviction::evict_closed(TcpFlow &flow)
{
    if (const HandshakeTracker *tracker = flow.tracker()) {
        if (flow.closed())
            evict(tracker->conversation().number);
    } else {
        carriers_.tcp.forget_if_done(flow);
    }
}

void Eviction::evict_lingering()
{
    constexpr std::size_t at_most = 4096;
    const Time now = conversations_.frame().moment.time;
    while (!lingering_.empty() && (lingering_.size() > at_most || now - lingering_.front().second > linger)) {
        evict(lingering_.front().first);
        lingering_.pop_front();
    }
}

// If too many conversations are open, the half that was silent for longest is judged as if the capture ended now.
void Eviction::evict_silent()
{
    if (open_.size() <= Conversations::max_open)
        return;
    const auto tracker = [&](std::uint32_t number) { return conversations_[number].tracker.get(); };
    std::erase_if(open_, [&](std::uint32_t number) { return !tracker(number); });
    if (open_.size() <= Conversations::max_open / 2)
        return;
    const auto middle = open_.begin() + Conversations::max_open / 2;
    std::nth_element(open_.begin(), middle, open_.end(), [&](std::uint32_t one, std::uint32_t other) {
        const std::uint32_t last = tracker(one)->conversation().last.frame;
        const std::uint32_t others_last = tracker(other)->conversation().last.frame;
        return std::pair{last, one} > std::pair{others_last, other};
    });
    std::vector<std::uint32_t> silent{middle, open_.end()};
    open_.erase(middle, open_.end());
    std::ranges::sort(open_);
    std::ranges::sort(silent);
    for (const std::uint32_t number : silent)
        evict_early(number);
}

void Eviction::evict_early(std::uint32_t number)
{
    if (const HandshakeTracker *tracker = conversations_[number].tracker.get())
        evict(number, !tracker->outcome_known());
}

// Also evicts a conversation inside it, unless that handshake is still in progress.
void Eviction::evict(std::uint32_t number, bool early)
{
    const HandshakeTracker *tracker = conversations_[number].tracker.get();
    if (!tracker)
        return;
    const Conversation &c = tracker->conversation();
    std::vector<std::uint32_t> together{number};
    if (TcpFlow *flow = c.transport == Transport::tcp ? carriers_.tcp.find(*c.stream) : nullptr) {
        flow->stop_waiting();
        for (const HandshakeTracker *one : flow->trackers())
            if (one->conversation().number != number && (c.inner || one->outcome_known()))
                together.push_back(one->conversation().number);
    }
    carriers_.end(c);
    for (const std::uint32_t one : together)
        conversations_.evict(one, early && one == number);
}

} // namespace tlsdiag
