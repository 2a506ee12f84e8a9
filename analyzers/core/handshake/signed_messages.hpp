// The messages that a side signed with its certificate's key, and whether the signatures verify.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

#include <string_view>
#include <vector>

namespace tlsdiag {

struct BadSignature {
    Moment at;
    std::string_view message; // "ServerKeyExchange" or "CertificateVerify"
};

// The first signature of this side that another key than its certificate's has made. Empty where they verify, where the
// right key has signed other bytes than those that came, and where the capture does not have all that was signed. To be
// asked before the transcript is forgotten: at Sees::ended.
std::optional<BadSignature> bad_signature(const Conversation &conversation, Side side);

} // namespace tlsdiag
