// Decides when a conversation's packets are forgotten.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/carriers.hpp"
#include "core/capture/conversations.hpp"

#include <deque>
#include <utility>
#include <vector>

namespace tlsdiag {

class Eviction {
public:
    Eviction(Conversations &conversations, Carriers &carriers) : conversations_{conversations}, carriers_{carriers} {}

    // Call at the end of each frame. `carrier`: the TCP stream in it, or nullptr.
    void frame_over(TcpFlow *carrier);

private:
    void evict_closed(TcpFlow &flow);
    void evict_lingering();
    void evict_silent();
    void evict_early(std::uint32_t number);
    void evict(std::uint32_t number, bool early = false);

    Conversations &conversations_;
    Carriers &carriers_;
    std::uint32_t known_ = 0;                              // conversations that were in open_
    std::vector<std::uint32_t> open_;                      // and some that were open
    std::deque<std::pair<std::uint32_t, Time>> lingering_; // closed, but some of their packets may still arrive
};

} // namespace tlsdiag
