// Turns steps and facts into the rows of the ladder, in order.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/timeline.hpp"

#include <vector>

namespace tlsdiag {

// Each step has its row and the event that analyzers see in it; only findings and times are still missing.
std::vector<Step> rows_of(const Conversation &conversation, const Timeline &steps, Time until);

// Merges encrypted records that belong together, and labels each group with what it is as far as that can be known.
void name_hidden(const Conversation &conversation, std::vector<Step> &steps);

constexpr Time long_silence = second; // shorter ones are not drawn

} // namespace tlsdiag
