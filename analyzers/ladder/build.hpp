// From a conversation to its ladder. The rows are drawn when the conversation's packets are forgotten; findings and
// the verdict are added when somebody looks at the ladder.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/verdict.hpp"
#include "ladder/ladder.hpp"
#include "ladder/timeline.hpp"

#include <string>
#include <vector>

namespace tlsdiag {

// The part of a conversation that is kept for its ladder.
struct Drawing {
    std::vector<Ladder::Row> rows; // without findings
    std::vector<EventKind> event;  // the event that analyzers see in each row
    std::vector<Ladder::Property> properties;
};

// `until`: the time up to which the capture shows the conversation.
Drawing draw(const Conversation &conversation, const Timeline &steps, Time until);

Ladder build_ladder(const Summary &summary, const Drawing &drawing);

} // namespace tlsdiag
