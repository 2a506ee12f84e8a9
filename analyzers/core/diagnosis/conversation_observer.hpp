// Who wants to know when conversations begin and end, so that they can be drawn.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/verdict.hpp"

#include <cstdint>

namespace tlsdiag {

class HandshakeObserver;

class ConversationObserver {
public:
    // Returns who observes its handshake; nullptr: nobody. Must live until end() is called for it.
    virtual HandshakeObserver *begin(std::uint32_t conversation) = 0;

    // Its packets are forgotten. `until`: the time up to which the capture shows it.
    virtual void end(const Conversation &conversation, const Summary &summary, Time until) = 0;

protected:
    ~ConversationObserver() = default;
};

} // namespace tlsdiag
