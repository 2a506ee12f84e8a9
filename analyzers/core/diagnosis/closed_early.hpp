// What the diagnoses of a FIN or RST in the middle of a handshake have in common.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

namespace tlsdiag {

// Whether the handshake ended this way and neither a gap in the capture nor a more exact finding explains it.
bool hung_up(const Conversation &conversation, EndReason reason);

// Whether the server's FIN was there before the ClientHello.
bool closed_before_hello(const Conversation &conversation);

// The finding: who closed, when, at which stage, and the typical causes. `sign` is what was seen: "FIN", "RST",
// "close_notify".
Finding hanging_up(const Conversation &conversation, std::string_view sign);

} // namespace tlsdiag
