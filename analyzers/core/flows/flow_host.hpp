// What a flow needs from whoever hosts it: the packet at hand, and conversations.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/handshake_tracker.hpp"

#include <cstdint>

namespace tlsdiag {

// The current packet.
struct Frame {
    Moment moment;
    Endpoint source, destination;
    std::uint8_t hop_limit = 0; // IPv4: TTL; 0: not known
    bool source_port_is_higher() const { return source.port >= destination.port; }
};

class FlowHost {
public:
    virtual const Frame &frame() const = 0;
    virtual HandshakeTracker &start(const ConversationStart &start) = 0; // a new conversation
    virtual void touch(HandshakeTracker &tracker, Side from) = 0;        // the current frame belongs to it
    // So does an earlier frame, as only now becomes clear.
    virtual void adopt(const Moment &earlier, std::uint32_t conversation) = 0;

protected:
    ~FlowHost() = default;
};

} // namespace tlsdiag
