// Decides when a conversation's packets are forgotten, and judges it as if the capture ended now.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/capture.hpp"
#include "core/flows/eap_flow.hpp"
#include "core/flows/tcp_flow.hpp"
#include "core/flows/udp_flow.hpp"

#include <algorithm>

namespace tlsdiag {

// After a RST, or if the last acknowledgment is missing, earlier segments may still arrive.
constexpr Time linger = 2 * second;

void Capture::let_go(TcpFlow &flow)
{
    const std::uint32_t stream = flow.stream();
    if (const HandshakeTracker *tracker = flow.tracker()) {
        if (flow.closed())
            retire(tracker->conversation().number);
    } else if (flow.closed()) {
        forget_plain(stream);
    } else if (flow.given_up() && !keeps_metrics_) { // the facts need its byte count
        tcp_ended_[stream] = not_followed;
        tcp_[stream].reset();
    }
}

void Capture::retire_finished()
{
    constexpr std::size_t at_most = 4096;
    while (!finished_.empty() &&
           (finished_.size() > at_most || frame_.moment.time - finished_.front().second > linger)) {
        retire(finished_.front().first);
        finished_.pop_front();
    }
}

// Also retires a conversation inside it, unless that handshake is still in progress.
void Capture::retire(std::uint32_t number)
{
    if (!tracked_[number].tracker)
        return;
    const Conversation &c = tracked_[number].tracker->conversation();
    std::vector<std::uint32_t> together{number};
    if (TcpFlow *flow = c.transport == Transport::tcp ? tcp_[*c.stream].get() : nullptr) {
        flow->stop_waiting();
        for (const HandshakeTracker *one : flow->trackers())
            if (one->conversation().number != number && (c.inner || one->outcome_known()))
                together.push_back(one->conversation().number);
    }
    close_carrier(c);
    for (const std::uint32_t one : together)
        keep_summary(one);
}

void Capture::keep_summary(std::uint32_t number)
{
    Tracked &one = tracked_[number];
    const Time until = watched_until(one, frame_.moment.time);
    one.tracker->end_of_capture(until);
    const Conversation &c = one.tracker->conversation();
    if (!one.verdict)
        judge_now(one, true);
    if (c.findings.size() > one.findings_shown || one.verdict->at.frame == c.last.frame)
        show(c.last.frame, number,
             c.findings.size() > one.findings_shown ? TLSDIAG_SHOWS_FINDINGS : TLSDIAG_SHOWS_FACTS);
    one.summary = std::make_unique<Summary>(sum_up(c, std::move(*one.verdict)));
    ladders_.end(c, *one.summary, until);
    one.verdict.reset();
    one.tracker.reset();
}

void Capture::judge_now(Tracked &one, bool at_end)
{
    const Conversation &c = one.tracker->conversation();
    one.verdict = std::make_unique<Verdict>(judge(c, at_end));
    if (live_verdicts_)
        live_verdicts_->judged(c.number, *one.verdict, false);
}

// Later packets on its stream are not followed.
void Capture::close_carrier(const Conversation &c)
{
    const auto carries_it = [&](auto &flow) {
        return flow && flow->tracker() && flow->tracker()->conversation().number == c.number;
    };
    if (c.transport == Transport::tcp) {
        if (std::unique_ptr<TcpFlow> &flow = tcp_[*c.stream]) {
            tcp_ended_[*c.stream] = flow->tracker()->conversation().number + 1;
            if (flow->carried_tls())
                flow.reset();
            else
                forget_plain(*c.stream); // the server refused STARTTLS
        }
    } else if (c.transport == Transport::eap) {
        const Endpoint carrier = eap_carrier(c.stream, c.client);
        if (const auto found = eap_.find(carrier); found != eap_.end() && carries_it(found->second)) {
            eap_.erase(found);
            eap_ended_[carrier] = c.number;
        }
    } else {
        if (const auto found = udp_.find(*c.stream); found != udp_.end() && carries_it(found->second)) {
            udp_.erase(found);
            udp_ended_[*c.stream] = c.number;
        }
        const auto by_ends = udp_by_ends_.find({c.client, c.server});
        if (by_ends != udp_by_ends_.end() && by_ends->second == c.number)
            udp_by_ends_.erase(by_ends);
    }
}

// ---- Bounds ----

void Capture::forget_plain(std::uint32_t stream)
{
    if (keeps_metrics_)
        plain_traffic_.add(stream, tcp_[stream]->as_plain());
    tcp_[stream].reset();
}

// If there are too many TCP streams without TLS, the older half is forgotten, and examined again at its next packets.
void Capture::forget_plain_flows()
{
    if (plain_.size() <= max_plain)
        return;
    std::erase_if(plain_, [&](std::uint32_t stream) { return !tcp_[stream] || tcp_[stream]->tracker(); });
    if (plain_.size() <= max_plain / 2)
        return;
    const auto middle = plain_.begin() + max_plain / 2;
    std::for_each(plain_.begin(), middle, [&](std::uint32_t stream) { forget_plain(stream); });
    plain_.erase(plain_.begin(), middle);
}

// If too many conversations are open, the half that was silent for longest is judged as if the capture ended now.
void Capture::make_room()
{
    if (open_.size() <= max_open)
        return;
    const auto tracker = [&](std::uint32_t number) { return tracked_[number].tracker.get(); };
    std::erase_if(open_, [&](std::uint32_t number) { return !tracker(number); });
    if (open_.size() <= max_open / 2)
        return;
    const auto middle = open_.begin() + max_open / 2;
    std::nth_element(open_.begin(), middle, open_.end(), [&](std::uint32_t one, std::uint32_t other) {
        const std::uint32_t last = tracker(one)->conversation().last.frame;
        const std::uint32_t others_last = tracker(other)->conversation().last.frame;
        return std::pair{last, one} > std::pair{others_last, other};
    });
    std::vector<std::uint32_t> silent{middle, open_.end()};
    open_.erase(middle, open_.end());
    std::ranges::sort(open_);
    std::ranges::sort(silent);
    for (const std::uint32_t number : silent)
        give_way(number);
}

void Capture::give_way(std::uint32_t number)
{
    Tracked &one = tracked_[number];
    if (!one.tracker)
        return;
    one.gave_way = !one.tracker->outcome_known();
    retire(number);
}

// If an evicted conversation continues, results that were based on its silence are no longer valid.
void Capture::came_late(std::uint32_t number, bool news)
{
    belongs(number);
    Tracked &one = tracked_[number];
    if (!one.gave_way || !news)
        return;
    one.gave_way = false;
    Summary &summary = *one.summary;
    summary.findings.resize(std::min<std::size_t>(summary.findings.size(), one.findings_shown));
    summary.verdict = {Outcome::unseen, nullptr, Certainty::proven,
                       "More than " + digit_groups(max_open) +
                           " conversations were open at once, and this one was silent for a long time: tlsdiag did not "
                           "follow it from frame " +
                           std::to_string(frame_.moment.frame) + " on.",
                       frame_.moment};
    summary.seconds = -1;
    summary.ended_by.reset();
    show(frame_.moment.frame, number, TLSDIAG_SHOWS_FACTS);
    if (live_verdicts_)
        live_verdicts_->judged(number, summary.verdict, false);
}

// ---- The end ----

Time Capture::watched_until(const Tracked &one, Time now) const
{
    return clock_gaps_.watched_until(one.tracker->conversation().last.frame, now);
}

Summary Capture::sum_up(const Conversation &conversation, Verdict verdict) const
{
    Summary summary = summarize(conversation, std::move(verdict));
    if (keeps_metrics_)
        summary.metrics = std::make_shared<const ConversationMetrics>(metrics_of(conversation));
    return summary;
}

HandshakeTracker Capture::ended_now(const Tracked &one) const
{
    const Time until = watched_until(one, std::max(frame_.moment.time, asked_at_));
    const Conversation &c = one.tracker->conversation();
    TcpFlow *flow = c.transport == Transport::tcp ? tcp_[*c.stream].get() : nullptr;
    return flow ? flow->if_capture_ended(*one.tracker, until) : one.tracker->if_capture_ended(until);
}

Summary Capture::as_if_ended(const Tracked &one) const
{
    const HandshakeTracker ended = ended_now(one);
    return sum_up(ended.conversation(), one.verdict ? *one.verdict : judge(ended.conversation(), true));
}

void Capture::end()
{
    at_end_.clear();
    shown_at_end_.clear();
    for (const Tracked &one : tracked_) {
        if (!one.tracker)
            continue;
        const Conversation &c = one.tracker->conversation();
        Summary summary = as_if_ended(one);
        if (one.verdict && summary.findings.size() == c.findings.size())
            continue;
        mark(c.last.frame, TLSDIAG_SHOWS_FINDINGS);
        shown_at_end_.emplace(c.last.frame, c.number);
        at_end_.emplace(c.number, std::move(summary));
    }
}

} // namespace tlsdiag
