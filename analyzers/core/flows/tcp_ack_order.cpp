// Restores the order of packets that a capture contains out of order or twice: an answer to data that is not captured
// yet waits for that data, for a limited time.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_flow.hpp"
#include "core/net/tcp_options.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tlsdiag {

static bool is_before(std::uint32_t sequence, std::uint32_t other)
{
    const auto ahead = static_cast<std::int32_t>(other - sequence);
    return ahead > 0 && ahead <= TcpReassembly::max_jump;
}

// Whether the current packet is a copy, as in captures from two places. A retransmitted segment has another timestamp
// (RFC 7323), or arrives later.
bool TcpFlow::is_copy(Bytes header, std::size_t length)
{
    constexpr Time at_once = second / 1000;
    HandshakeTracker *known = tracker();
    if (known && known->over())
        return false;
    Direction &from = directions_[now_];
    const Time now = capture_.frame().moment.time;
    const bool soon =
        now - from.last_time < at_once || has_timestamps(header.subspan(std::min<std::size_t>(header.size(), 20)));
    if (soon && from.last_length == length && std::ranges::equal(from.last_header, header))
        return true;
    from.last_header.assign(header.begin(), header.end());
    from.last_length = length;
    from.last_time = now;
    return false;
}

// The sequence number up to which this side's data was passed on or is no longer awaited.
std::uint32_t TcpFlow::come_to(unsigned d) const
{
    const Direction &direction = directions_[d];
    std::uint32_t come = *direction.stream.next() + (direction.fin_told ? 1 : 0);
    if (!direction.early.empty())
        come = direction.early.front().sequence;
    return direction.given_up_to && is_before(come, *direction.given_up_to) ? *direction.given_up_to : come;
}

// Whether it acknowledges data of the other side that has not been captured yet.
bool TcpFlow::is_early(unsigned d, std::uint32_t answers)
{
    if (!directions_[1 - d].stream.started() || !is_before(come_to(1 - d), answers))
        return false;
    const HandshakeTracker *known = tracker();
    return !given_up_ && !(known && known->over());
}

// The acknowledgment number of the segment that starts here.
std::optional<std::uint32_t> TcpFlow::answers_at(unsigned d, std::uint32_t sequence) const
{
    const auto &marks = directions_[d].marks;
    const auto found = std::ranges::find(marks, sequence, &std::pair<std::uint32_t, std::uint32_t>::first);
    return found != marks.end() ? std::optional{found->second} : d == now_ ? answers_ : std::nullopt;
}

void TcpFlow::deliver_part(unsigned d, std::uint32_t begin, Bytes bytes, std::uint64_t missing)
{
    const auto answers = answers_at(d, begin);
    if (!directions_[d].early.empty() || (answers && is_early(d, *answers)))
        hold_early(
            d, {Early::Kind::bytes, begin, answers.value_or(come_to(1 - d)), {bytes.begin(), bytes.end()}, missing});
    else
        hand_on(d, bytes, missing);
}

// Delivers a run of bytes. Each segment in it that was held for a gap has its own position in the order.
void TcpFlow::deliver_run(unsigned d, Bytes bytes, std::uint64_t missing)
{
    auto &marks = directions_[d].marks;
    const std::uint32_t end = *directions_[d].stream.next();
    std::uint32_t begin = end - static_cast<std::uint32_t>(bytes.size());
    if (marks.empty()) {
        deliver_part(d, begin, bytes, missing);
        return;
    }
    std::vector<std::uint32_t> cuts{end};
    for (const auto &[sequence, answers] : marks)
        if (is_before(begin, sequence) && is_before(sequence, end))
            cuts.push_back(sequence);
    std::ranges::sort(cuts, is_before);
    const Octets run{bytes.begin(), bytes.end()}; // the stream may discard it
    for (Bytes rest{run}; const std::uint32_t cut : cuts) {
        const std::size_t size = cut - begin;
        deliver_part(d, begin, rest.first(size), std::exchange(missing, 0));
        rest = rest.subspan(size);
        begin = cut;
    }
    std::erase_if(marks, [&](const auto &mark) { return !is_before(end, mark.first) && mark.first != end; });
}

void TcpFlow::hold_early(unsigned d, Early &&one)
{
    Direction &direction = directions_[d];
    direction.early_bytes += one.bytes.size();
    direction.early.push_back(std::move(one));
    if (direction.early_bytes > max_early) {
        directions_[1 - d].given_up_to = direction.early.back().answers;
        release_early(d);
    }
}

// It belongs to the bytes from the same packet.
void TcpFlow::hold_dissected(Early::Kind kind, Bytes bytes)
{
    const Early &last = directions_[now_].early.back();
    hold_early(now_, {kind, last.sequence, last.answers, {bytes.begin(), bytes.end()}});
}

// Releases held data if the data that it answers has arrived, or is no longer awaited.
void TcpFlow::release_due(bool all)
{
    for (const unsigned d : {0u, 1u}) {
        if (directions_[d].early.empty())
            continue;
        if (all || directions_[d].early_calls > TcpReassembly::patience)
            directions_[1 - d].given_up_to = directions_[d].early.back().answers;
        release_early(d);
    }
}

// A FIN also has its position in this order.
void TcpFlow::settle_order()
{
    if (!holds_early() && !directions_[0].owes_fin() && !directions_[1].owes_fin())
        return;
    for (Direction &direction : directions_)
        direction.early_calls += direction.early.empty() ? 0 : 1;
    tell_fin(0);
    tell_fin(1);
    const bool last = over() || (tracker() && tracker()->over());
    for (const bool all : {false, false, last}) {
        if (!holds_early())
            return;
        release_due(all);
        tell_fin(0);
        tell_fin(1);
    }
}

// Data that the other side sent before it received this FIN comes first.
bool TcpFlow::fin_is_next(unsigned d) const
{
    const std::vector<Early> &others = directions_[1 - d].early;
    return directions_[d].early.empty() && (others.empty() || is_before(*directions_[d].fin, others.front().answers));
}

void TcpFlow::release_early(unsigned d)
{
    Direction &direction = directions_[d];
    const std::uint32_t come_by_now = come_to(1 - d);
    const auto late =
        std::ranges::find_if(direction.early, [&](const Early &one) { return is_before(come_by_now, one.answers); });
    if (late == direction.early.begin())
        return;
    std::vector<Early> come{std::make_move_iterator(direction.early.begin()), std::make_move_iterator(late)};
    direction.early.erase(direction.early.begin(), late);
    direction.early_calls = 0;
    note_unseen_fin(1 - d);
    if (HandshakeTracker *known = tracker())
        known->judge_so_far();
    for (const Early &one : come) {
        direction.early_bytes -= one.bytes.size();
        if (TlsStream *stream = current(); stream && one.kind != Early::Kind::bytes)
            show_dissected(*stream, side(d), one);
        else if (one.kind == Early::Kind::bytes)
            hand_on(d, one.bytes, one.missing);
    }
}

void TcpFlow::show_dissected(TlsStream &stream, Side side, const Early &one)
{
    if (one.kind == Early::Kind::message)
        stream.dissected(side, one.bytes);
    else
        stream.dissected(side, Alert{.level = one.bytes[0], .description = one.bytes[1]});
}

void TcpFlow::stop_waiting()
{
    release_due(true);
    release_due(true); // data of one side that waited for the other
}

HandshakeTracker TcpFlow::ended_now(Time now)
{
    HandshakeTracker copy = tracker()->apart();
    if (tls_) {
        TlsStream stream{*tls_, copy};
        for (const unsigned d : {0u, 1u}) {
            for (const Early &one : directions_[d].early) {
                if (one.kind != Early::Kind::bytes)
                    show_dissected(stream, side(d), one);
                else if (!by_dissector_)
                    stream.feed(side(d), one.bytes, one.missing);
            }
            copy.judge_so_far();
        }
    }
    copy.finish(now);
    return copy;
}

// A single acknowledged byte after all data, which the capture lacks, can be a FIN.
void TcpFlow::note_unseen_fin(unsigned d)
{
    Direction &direction = directions_[d];
    if (direction.fin || direction.stream.waiting() || direction.stream.acknowledged_unseen() != 1)
        return;
    direction.fin = direction.stream.next();
    tell_fin(d);
}

} // namespace tlsdiag
