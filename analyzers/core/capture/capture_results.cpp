// Answers questions about the conversations and frames of a capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/capture_results.hpp"

namespace tlsdiag {

Summary CaptureResults::summary(std::uint32_t conversation) const
{
    const TrackedConversation &one = conversations_[conversation];
    return one.summary ? *one.summary : hypothetical_end_.summary(conversation);
}

// With the findings that are attached to frames: of an open conversation, only those that later packets cannot refute.
Summary CaptureResults::attached(std::uint32_t conversation) const
{
    const TrackedConversation &one = conversations_[conversation];
    if (one.summary)
        return *one.summary;
    if (const auto judged = at_end_.find(conversation); judged != at_end_.end())
        return judged->second;
    const Conversation &c = one.tracker->conversation();
    if (one.verdict)
        return summarize(c, *one.verdict);
    Summary found;
    found.number = conversation;
    found.findings = c.findings;
    return found;
}

std::vector<FrameResult> CaptureResults::of_frame(std::uint32_t frame) const
{
    std::vector<FrameResult> all;
    if (content(frame) == FrameContent::nothing)
        return all;
    for (const std::uint32_t conversation : frames_.shown_in(frame)) {
        FrameResult one{attached(conversation), false, frames_.ca_list(frame, conversation)};
        one.verdict_here = one.summary.verdict.at.frame == frame;
        std::erase_if(one.summary.findings, [&](const Finding &finding) { return finding.frame != frame; });
        all.push_back(std::move(one));
    }
    return all;
}

void CaptureResults::attach_end()
{
    at_end_.clear();
    frames_.clear_content_at_end();
    for (std::uint32_t number = 0; number < conversations(); ++number) {
        const TrackedConversation &one = conversations_[number];
        if (!one.tracker)
            continue;
        const Conversation &c = one.tracker->conversation();
        Summary summary = hypothetical_end_.summary(number);
        if (one.verdict && summary.findings.size() == c.findings.size())
            continue;
        frames_.add_content_at_end(c.last.frame, number);
        at_end_.emplace(number, std::move(summary));
    }
}

} // namespace tlsdiag
