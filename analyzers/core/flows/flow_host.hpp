// What flows need from the capture that they belong to.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/handshake_tracker.hpp"

#include <cstdint>
#include <optional>

namespace tlsdiag {

// The current packet.
struct Frame {
    Moment moment;
    Endpoint source, destination;
    bool source_port_is_higher() const { return source.port >= destination.port; }
};

class FlowHost {
public:
    virtual const Frame &frame() const = 0;
    virtual HandshakeTracker &start(Transport transport, std::optional<std::uint32_t> stream, const Endpoint &client,
                                    const Endpoint &server, bool inner = false) = 0;
    // The current frame belongs to this conversation.
    virtual void touch(HandshakeTracker &tracker, Side from) = 0;
    // So does an earlier frame, as only now becomes clear.
    virtual void adopt(const Moment &earlier, std::uint32_t conversation) = 0;

protected:
    ~FlowHost() = default;
};

} // namespace tlsdiag
