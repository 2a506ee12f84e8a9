// Finishes copies of trackers.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/hypothetical_end.hpp"

namespace tlsdiag {

Time HypotheticalEnd::until(std::uint32_t conversation) const
{
    return clock_.watched_until(conversations_[conversation].tracker->conversation().last, clock_.now());
}

HandshakeTracker HypotheticalEnd::tracker(std::uint32_t conversation) const
{
    const HandshakeTracker &open = *conversations_[conversation].tracker;
    const Conversation &c = open.conversation();
    TcpFlow *flow = c.transport == Transport::tcp ? carriers_.tcp.find(*c.stream) : nullptr;
    return flow ? flow->if_capture_ended(open, until(conversation)) : open.if_capture_ended(until(conversation));
}

Summary HypotheticalEnd::summary(std::uint32_t conversation) const
{
    const TrackedConversation &one = conversations_[conversation];
    const HandshakeTracker ended = tracker(conversation);
    return conversations_.sum_up(ended.conversation(), one.verdict ? *one.verdict : judge(ended.conversation(), true));
}

std::optional<Moment> HypotheticalEnd::last_packet(std::uint32_t conversation) const
{
    const TrackedConversation &one = conversations_[conversation];
    return one.tracker && !one.verdict ? std::optional{one.tracker->conversation().last} : std::nullopt;
}

} // namespace tlsdiag
