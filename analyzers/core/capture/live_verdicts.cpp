// Reports outcomes of conversations while the capture is still running.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/capture.hpp"

namespace tlsdiag {

void Capture::watch(std::uint32_t number)
{
    const Tracked &one = tracked_[number];
    if (one.verdict || one.summary)
        live_verdicts_->judged(number, one.verdict ? *one.verdict : one.summary->verdict, false);
    else
        live_verdicts_->look_again(frame_.moment.time + history_.silence, {number, 0});
}

void Capture::look_at(LiveVerdicts::Quiet quiet)
{
    const Tracked &one = tracked_[quiet.conversation];
    if (!one.tracker || one.verdict)
        return;
    const Moment last = one.tracker->conversation().last;
    if (last.time + history_.silence > asked_at_) {
        live_verdicts_->look_again(last.time + history_.silence, quiet);
        return;
    }
    Outcome outcome = Outcome::unfinished;
    if (last.frame != quiet.judged_at) {
        const Verdict verdict = as_if_ended(one).verdict;
        outcome = verdict.outcome;
        if (outcome != Outcome::unfinished)
            live_verdicts_->judged(quiet.conversation, verdict, true);
    }
    if (outcome == Outcome::unfinished)
        live_verdicts_->look_again(asked_at_ + history_.silence, {quiet.conversation, last.frame});
}

std::vector<std::uint32_t> Capture::newly_judged(Time now)
{
    if (!live_verdicts_) {
        live_verdicts_ = std::make_unique<LiveVerdicts>();
        for (std::uint32_t number = 0; number < conversations(); ++number)
            watch(number);
    }
    asked_at_ = now;
    while (const auto quiet = live_verdicts_->to_look_at(now))
        look_at(*quiet);
    return live_verdicts_->take();
}

} // namespace tlsdiag
