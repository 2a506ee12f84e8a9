// Keeps the ladders of a capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "ladder/ladders.hpp"

#include "core/diagnosis/summary.hpp"

namespace tlsdiag {

HandshakeObserver *Ladders::begin(std::uint32_t conversation)
{
    return keep_ == Keep::none ? nullptr : &steps_[conversation];
}

void Ladders::end(const Conversation &conversation, const Summary &summary, Time until)
{
    const auto steps = steps_.find(conversation.number);
    if (steps == steps_.end())
        return;
    if (keep_ == Keep::all || has_problem(summary))
        drawings_.emplace(conversation.number, draw(conversation, steps->second, until));
    steps_.erase(steps);
}

Ladder Ladders::of(const Summary &summary) const
{
    const auto drawing = drawings_.find(summary.number);
    return build_ladder(summary, drawing == drawings_.end() ? Drawing{} : drawing->second);
}

Ladder Ladders::of(const Summary &summary, const Conversation &as_if_ended, Time until) const
{
    const auto steps = steps_.find(summary.number);
    return build_ladder(summary, steps == steps_.end() ? Drawing{} : draw(as_if_ended, steps->second, until));
}

} // namespace tlsdiag
