// What became known of the conversations while the capture still runs.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/capture.hpp"

namespace tlsdiag {

void Capture::watch(std::uint32_t number)
{
    const Case &one = cases_[number];
    if (one.verdict || one.summary)
        news_->judged(number, one.verdict ? *one.verdict : one.summary->verdict, false);
    else
        news_->look_again(frame_.moment.time + knowledge_.silence, {number, 0});
}

void Capture::look_at(News::Quiet quiet)
{
    const Case &one = cases_[quiet.conversation];
    if (!one.follower || one.verdict)
        return;
    const Moment last = one.follower->conversation().last;
    if (last.time + knowledge_.silence > asked_at_) {
        news_->look_again(last.time + knowledge_.silence, quiet);
        return;
    }
    Outcome outcome = Outcome::unfinished;
    if (last.frame != quiet.judged_at) {
        const Verdict verdict = as_if_ended(one).verdict;
        outcome = verdict.outcome;
        if (outcome != Outcome::unfinished)
            news_->judged(quiet.conversation, verdict, true);
    }
    if (outcome == Outcome::unfinished)
        news_->look_again(asked_at_ + knowledge_.silence, {quiet.conversation, last.frame});
}

std::vector<std::uint32_t> Capture::news(Time now)
{
    if (!news_) {
        news_ = std::make_unique<News>();
        for (std::uint32_t number = 0; number < conversations(); ++number)
            watch(number);
    }
    asked_at_ = now;
    while (const auto quiet = news_->to_look_at(now))
        look_at(*quiet);
    return news_->take();
}

} // namespace tlsdiag
