// From a conversation to its drawing. What needs the packets' facts is drawn when they are forgotten; findings and the
// verdict are put to it when somebody looks.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/verdict.hpp"
#include "ladder/ladder.hpp"
#include "ladder/timeline.hpp"

#include <string>
#include <vector>

namespace tlsdiag {

// What is kept of a conversation for its ladder.
struct Drawing {
    std::vector<Ladder::Row> rows; // without findings
    std::vector<EventKind> event;  // what analyzers call each row
    std::vector<Ladder::Property> properties;
};

// `until`: the capture shows what follows until then.
Drawing draw(const Conversation &conversation, const Timeline &steps, Time until);

Ladder build_ladder(const Summary &summary, const Drawing &drawing);

} // namespace tlsdiag
