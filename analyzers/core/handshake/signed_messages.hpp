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

// The first signature of this side that was not made with its certificate's key. Absent if the signatures verify, if
// the right key signed other bytes than those captured, or if the capture lacks some of the signed bytes. Call this at
// Sees::ended, before the transcript is forgotten.
std::optional<BadSignature> bad_signature(const Conversation &conversation, Side side);

// TLS 1.3: the server's CertificateVerify verifies over the ClientHello in the clear. With an accepted encrypted
// ClientHello it would cover the inner one.
bool signs_hello_in_clear(const Conversation &conversation);

} // namespace tlsdiag
