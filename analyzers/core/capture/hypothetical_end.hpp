// Judges open conversations as if no more packets came; this changes nothing.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/carriers.hpp"
#include "core/capture/conversations.hpp"

namespace tlsdiag {

class HypotheticalEnd final : public OpenConversations {
public:
    HypotheticalEnd(const Conversations &conversations, const Carriers &carriers, const FrameClock &clock)
        : conversations_{conversations}, carriers_{carriers}, clock_{clock}
    {
    }

    // The time up to which the capture shows an open conversation.
    Time until(std::uint32_t conversation) const;
    // A copy of its tracker, finished at that time.
    HandshakeTracker tracker(std::uint32_t conversation) const;
    Summary summary(std::uint32_t conversation) const;

    std::optional<Moment> last_packet(std::uint32_t conversation) const override;
    Verdict verdict_without_more(std::uint32_t conversation) const override { return summary(conversation).verdict; }

private:
    const Conversations &conversations_;
    const Carriers &carriers_;
    const FrameClock &clock_;
};

} // namespace tlsdiag
