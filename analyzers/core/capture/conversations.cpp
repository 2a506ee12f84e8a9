// Starts conversations, makes their verdicts, and keeps their summaries.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/conversations.hpp"

#include "core/base/text.hpp"
#include "core/diagnosis/conversation_metrics.hpp"
#include "core/diagnosis/examine.hpp"

#include <algorithm>

namespace tlsdiag {

Conversations::Conversations(CaptureHistory &history, const FrameClock &clock, FrameIndex &frames,
                             ConversationObserver *observer)
    : history_{history}, clock_{clock}, frames_{frames}, observer_{observer}
{
}

// ---- For the flows ----

HandshakeTracker &Conversations::start(const ConversationStart &start)
{
    const std::uint32_t number = size();
    tracked_.emplace_back();
    auto on_event = [](Conversation &conversation, const Event &event) { examine_all(conversation, event); };
    tracked_.back().tracker = std::make_unique<HandshakeTracker>(history_, on_event, number, start);
    HandshakeTracker &tracker = *tracked_.back().tracker;
    if (observer_)
        tracker.observe(observer_->begin(number));
    if (start.transport != Transport::tcp && start.transport != Transport::eap)
        over_udp_[{start.client, start.server}] = number;
    if (live_verdicts_)
        live_verdicts_->begun(number, frame().moment.time);
    return tracker;
}

void Conversations::touch(HandshakeTracker &tracker, Side from)
{
    tracker.begin_frame(from, frame().moment, frame().hop_limit);
    belongs_to(tracker.conversation().number);
}

void Conversations::belongs_to(std::uint32_t conversation)
{
    if (std::ranges::find(touched_, conversation) != touched_.end())
        return;
    touched_.push_back(conversation);
    frames_.add(frame().moment.frame, conversation);
}

void Conversations::adopt(const Moment &earlier, std::uint32_t conversation)
{
    if (earlier && earlier.frame < frame().moment.frame)
        frames_.add(earlier.frame, conversation);
}

HandshakeTracker *Conversations::between(const Endpoint &client, const Endpoint &server) const
{
    const auto found = over_udp_.find({client, server});
    return found == over_udp_.end() ? nullptr : tracked_[found->second].tracker.get();
}

// ---- The current frame ----

void Conversations::begin_frame()
{
    touched_.clear();
    closed_now_.clear();
}

void Conversations::settle_frame()
{
    for (const std::uint32_t number : touched_)
        settle(number);
}

void Conversations::settle(std::uint32_t number)
{
    TrackedConversation &one = tracked_[number];
    if (!one.tracker) {
        if (one.summary)
            one.summary->last = frame().moment;
        return;
    }
    HandshakeTracker &tracker = *one.tracker;
    if (!tracker.end_frame())
        return;
    const Conversation &c = tracker.conversation();
    const std::uint32_t now = frame().moment.frame;
    if (tracker.outcome_known() && (!one.verdict || c.reset_denied.frame == now))
        make_verdict(one, false);
    const auto &request = c.certificate_request;
    const bool new_list = request && request.at.frame == now && request->authorities;
    if (new_list)
        frames_.add_ca_list(now, number, {request->authorities->count, request->authorities->bytes});
    const bool new_findings = c.findings.size() > one.findings_shown;
    const bool new_verdict = one.verdict && one.verdict->at.frame == now;
    if (new_findings || new_verdict || new_list)
        frames_.add_content(now, number, new_findings ? FrameContent::findings : FrameContent::facts);
    one.findings_shown = static_cast<std::uint32_t>(c.findings.size());
    if (!one.closed && tracker.closed() && c.transport == Transport::tcp && !c.inner) {
        one.closed = true;
        closed_now_.push_back(number);
    }
}

void Conversations::make_verdict(TrackedConversation &one, bool at_end)
{
    const Conversation &c = one.tracker->conversation();
    one.verdict = std::make_unique<Verdict>(judge(c, at_end));
    if (live_verdicts_)
        live_verdicts_->known(c.number, *one.verdict);
}

// ---- Afterwards ----

void Conversations::evict(std::uint32_t number, bool early)
{
    TrackedConversation &one = tracked_[number];
    const Time until = clock_.watched_until(one.tracker->conversation().last, frame().moment.time);
    one.evicted_early = early;
    one.tracker->end_of_capture(until);
    const Conversation &c = one.tracker->conversation();
    if (!one.verdict)
        make_verdict(one, true);
    const bool new_findings = c.findings.size() > one.findings_shown;
    if (new_findings || one.verdict->at.frame == c.last.frame)
        frames_.add_content(c.last.frame, number, new_findings ? FrameContent::findings : FrameContent::facts);
    if (const auto found = over_udp_.find({c.client, c.server}); found != over_udp_.end() && found->second == number)
        over_udp_.erase(found);
    one.summary = std::make_unique<Summary>(sum_up(c, std::move(*one.verdict)));
    if (observer_)
        observer_->end(c, *one.summary, until);
    one.verdict.reset();
    one.tracker.reset();
}

Summary Conversations::sum_up(const Conversation &conversation, Verdict verdict) const
{
    Summary summary = summarize(conversation, std::move(verdict));
    if (keeps_metrics_)
        summary.metrics = std::make_shared<const ConversationMetrics>(metrics_of(conversation));
    return summary;
}

// If a conversation that was evicted early continues, results that were based on its silence are no longer valid.
void Conversations::late_packet(std::uint32_t number, bool matters)
{
    belongs_to(number);
    TrackedConversation &one = tracked_[number];
    if (!one.evicted_early || !matters)
        return;
    one.evicted_early = false;
    Summary &summary = *one.summary;
    summary.findings.resize(std::min<std::size_t>(summary.findings.size(), one.findings_shown));
    summary.verdict = {Outcome::unseen, nullptr, Certainty::proven,
                       "More than " + digit_groups(max_open) +
                           " conversations were open at once, and this one was silent for a long time: tlsdiag did not "
                           "follow it from frame " +
                           std::to_string(frame().moment.frame) + " on.",
                       frame().moment};
    summary.seconds = -1;
    summary.ended_by.reset();
    frames_.add_content(frame().moment.frame, number, FrameContent::facts);
    if (live_verdicts_)
        live_verdicts_->known(number, summary.verdict);
}

LiveVerdicts &Conversations::live_verdicts()
{
    if (live_verdicts_)
        return *live_verdicts_;
    live_verdicts_ = std::make_unique<LiveVerdicts>(history_.silence);
    for (std::uint32_t number = 0; number < size(); ++number) {
        const TrackedConversation &one = tracked_[number];
        if (one.verdict || one.summary)
            live_verdicts_->known(number, one.verdict ? *one.verdict : one.summary->verdict);
        else
            live_verdicts_->begun(number, frame().moment.time);
    }
    return *live_verdicts_;
}

} // namespace tlsdiag
