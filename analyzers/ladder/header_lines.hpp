// What was agreed, and who showed which certificate: the lines above the drawing.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"
#include "ladder/ladder.hpp"

#include <vector>

namespace tlsdiag {

std::vector<Ladder::Property> header_lines_of(const Conversation &conversation);

} // namespace tlsdiag
