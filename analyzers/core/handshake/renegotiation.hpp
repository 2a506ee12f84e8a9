// Follows a handshake inside a connection that has already completed one.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/handshake_state.hpp"

namespace tlsdiag {

class RenegotiationTracker {
public:
    explicit RenegotiationTracker(HandshakeState &state) : state_{state}, now_{state.conversation.renegotiation} {}

    void record(Side side, ContentType type); // up to TLS 1.2
    void message(Side side, const Message &message);

private:
    HandshakeState &state_;
    Renegotiation &now_;
};

} // namespace tlsdiag
