// The header lines above the ladder: what was negotiated, and which certificates were sent.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"
#include "ladder/ladder.hpp"

#include <vector>

namespace tlsdiag {

std::vector<Ladder::Property> header_lines_of(const Conversation &conversation);

} // namespace tlsdiag
