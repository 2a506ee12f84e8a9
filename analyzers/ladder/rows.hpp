// Timeline and facts -> the rows of the drawing, in order.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/timeline.hpp"

#include <vector>

namespace tlsdiag {

// Each is a row with what analyzers call it; nothing but its findings and its seconds is still to come.
std::vector<Step> rows_of(const Conversation &conversation, const Timeline &steps, Time until);

// Hidden records that belong together become one, and each gets its label: what they are, where that can be known.
void name_hidden(const Conversation &conversation, std::vector<Step> &steps);

constexpr Time long_silence = second; // from here on it is drawn

} // namespace tlsdiag
