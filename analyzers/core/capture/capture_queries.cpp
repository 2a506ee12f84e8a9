// Answers questions about the conversations and frames of a capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/capture.hpp"

#include "core/flows/tcp_flow.hpp"

#include <algorithm>
#include <set>

namespace tlsdiag {

Summary Capture::summary(std::uint32_t conversation) const
{
    const Tracked &one = tracked_.at(conversation);
    return one.summary ? *one.summary : as_if_ended(one);
}

Ladder Capture::ladder(const Summary &summary) const
{
    const Tracked &one = tracked_.at(summary.number);
    if (one.summary)
        return ladders_.of(summary);
    const Time until = watched_until(one, std::max(frame_.moment.time, asked_at_));
    return ladders_.of(summary, ended_now(one).conversation(), until);
}

Summary Capture::so_far(std::uint32_t number) const
{
    const Tracked &one = tracked_.at(number);
    if (one.summary)
        return *one.summary;
    if (const auto judged = at_end_.find(number); judged != at_end_.end())
        return judged->second;
    const Conversation &c = one.tracker->conversation();
    if (one.verdict)
        return summarize(c, *one.verdict);
    Summary found;
    found.number = number;
    found.findings = c.findings;
    return found;
}

std::vector<Shown> Capture::shown(std::uint32_t frame) const
{
    if (shows(frame) == TLSDIAG_SHOWS_NOTHING)
        return {};
    std::set<std::uint32_t> numbers;
    for (const auto *where : {&shown_, &shown_at_end_}) {
        const auto [begin, end] = where->equal_range(frame);
        std::for_each(begin, end, [&](const auto &one) { numbers.insert(one.second); });
    }
    std::vector<Shown> all;
    for (const std::uint32_t number : numbers) {
        Shown one{so_far(number), false, std::nullopt};
        one.verdict_here = one.summary.verdict.at.frame == frame;
        std::erase_if(one.summary.findings, [&](const Finding &finding) { return finding.frame != frame; });
        if (const auto list = ca_lists_.find({frame, number}); list != ca_lists_.end())
            one.ca_list = list->second;
        all.push_back(std::move(one));
    }
    return all;
}

PlainTraffic Capture::plain_traffic() const
{
    PlainTraffic all = plain_traffic_;
    for (const std::unique_ptr<TcpFlow> &flow : tcp_)
        if (flow && !flow->carried_tls())
            all.add(flow->stream(), flow->as_plain());
    return all;
}

std::vector<std::uint32_t> Capture::conversations_of(std::uint32_t frame) const
{
    if (frame >= conversation_of_.size() || conversation_of_[frame] == 0)
        return {};
    std::vector<std::uint32_t> all{conversation_of_[frame] - 1};
    const auto [begin, end] = more_conversations_of_.equal_range(frame);
    std::for_each(begin, end, [&](const auto &one) { all.push_back(one.second); });
    return all;
}

} // namespace tlsdiag
