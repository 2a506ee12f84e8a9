// Looks at conversations that may be silent, when their time has come.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/live_verdicts.hpp"

namespace tlsdiag {

void LiveVerdicts::begun(std::uint32_t conversation, Time now)
{
    looks_.emplace(now + silence_, Look{conversation, 0});
}

// An outcome known by silence is told again only if later packets change it.
void LiveVerdicts::tell(std::uint32_t conversation, const Verdict &verdict, bool by_silence)
{
    const std::pair now{verdict.outcome, verdict.cause};
    const auto told = told_by_silence_.find(conversation);
    if (told == told_by_silence_.end() || told->second != now)
        news_.push_back(conversation);
    if (by_silence)
        told_by_silence_[conversation] = now;
    else if (told != told_by_silence_.end())
        told_by_silence_.erase(told);
}

std::optional<LiveVerdicts::Look> LiveVerdicts::next_look(Time now)
{
    if (looks_.empty() || looks_.begin()->first > now)
        return std::nullopt;
    const Look look = looks_.begin()->second;
    looks_.erase(looks_.begin());
    return look;
}

void LiveVerdicts::look(Look look, Time now, const OpenConversations &open)
{
    const std::optional<Moment> last = open.last_packet(look.conversation);
    if (!last)
        return;
    if (last->time + silence_ > now) {
        looks_.emplace(last->time + silence_, look);
        return;
    }
    Outcome outcome = Outcome::unfinished;
    if (last->frame != look.judged_at) {
        const Verdict verdict = open.verdict_without_more(look.conversation);
        outcome = verdict.outcome;
        if (outcome != Outcome::unfinished)
            tell(look.conversation, verdict, true);
    }
    if (outcome == Outcome::unfinished)
        looks_.emplace(now + silence_, Look{look.conversation, last->frame});
}

std::vector<std::uint32_t> LiveVerdicts::take(Time now, const OpenConversations &open)
{
    while (const auto due = next_look(now))
        look(*due, now, open);
    return std::exchange(news_, {});
}

} // namespace tlsdiag
