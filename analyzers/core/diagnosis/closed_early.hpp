// What the diagnoses of a FIN or RST in the middle of a handshake have in common.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/diagnosis.hpp"

namespace tlsdiag {

// The handshake ended this way, and neither a gap in the capture nor a more exact finding takes the sting out of it.
bool hung_up(const Conversation &conversation, EndReason reason);

// Who, when, at which stage, and what makes stacks do so. `sign` is what was seen: "FIN", "RST", "close_notify".
Finding hanging_up(const Conversation &conversation, std::string_view sign);

} // namespace tlsdiag
