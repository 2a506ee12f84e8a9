// Tracks which conversations have a new outcome since the last call, for captures that are still running.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/verdict.hpp"

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tlsdiag {

class LiveVerdicts {
public:
    struct Quiet {
        std::uint32_t conversation;
        std::uint32_t judged_at; // its last frame when it was last judged; 0: never
    };

    // Checks this conversation at the given time: it may be silent by then.
    void look_again(Time when, Quiet quiet) { looks_.emplace(when, quiet); }

    std::optional<Quiet> to_look_at(Time now)
    {
        if (looks_.empty() || looks_.begin()->first > now)
            return std::nullopt;
        const Quiet quiet = looks_.begin()->second;
        looks_.erase(looks_.begin());
        return quiet;
    }

    // An outcome known by silence is reported again only if later packets change it.
    void judged(std::uint32_t conversation, const Verdict &verdict, bool by_silence)
    {
        const std::pair now{verdict.outcome, verdict.cause};
        const auto told = told_by_silence_.find(conversation);
        if (told == told_by_silence_.end() || told->second != now)
            live_verdicts_.push_back(conversation);
        if (by_silence)
            told_by_silence_[conversation] = now;
        else if (told != told_by_silence_.end())
            told_by_silence_.erase(told);
    }

    std::vector<std::uint32_t> take() { return std::exchange(live_verdicts_, {}); }

private:
    std::multimap<Time, Quiet> looks_;
    std::unordered_map<std::uint32_t, std::pair<Outcome, const Diagnosis *>> told_by_silence_;
    std::vector<std::uint32_t> live_verdicts_;
};

} // namespace tlsdiag
