// Orders the data and the FINs of both directions by their acknowledgment numbers.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_ack_order.hpp"

#include <algorithm>
#include <iterator>

namespace tlsdiag {

static bool is_before(std::uint32_t sequence, std::uint32_t other)
{
    const auto ahead = static_cast<std::int32_t>(other - sequence);
    return ahead > 0 && ahead <= TcpReassembly::max_jump;
}

// ---- Data arrives ----

void TcpAckOrder::segment_after_gap(std::uint32_t sequence)
{
    auto &marks = waiting_[sides_.sender].marks;
    if (sides_.answers && marks.size() < max_marks)
        marks.emplace_back(sequence, *sides_.answers);
}

// Each segment in it that was held for a gap has its own position in the order.
void TcpAckOrder::deliver(unsigned d, const Delivery &delivery)
{
    if (delivery.retransmission || !delivery.bytes.empty())
        sides_[d].sent_again = delivery.retransmission;
    if (delivery.bytes.empty() && delivery.missing == 0)
        return;
    auto &marks = waiting_[d].marks;
    const std::uint32_t end = *sides_[d].stream.next();
    std::uint32_t begin = end - static_cast<std::uint32_t>(delivery.bytes.size());
    if (marks.empty())
        return deliver_part(d, begin, {.bytes = delivery.bytes, .missing = delivery.missing});
    std::vector<std::uint32_t> cuts{end};
    for (const auto &[sequence, answers] : marks)
        if (is_before(begin, sequence) && is_before(sequence, end))
            cuts.push_back(sequence);
    std::ranges::sort(cuts, is_before);
    const Octets run{delivery.bytes.begin(), delivery.bytes.end()}; // the stream may discard it
    std::uint64_t missing = delivery.missing;
    for (Bytes rest{run}; const std::uint32_t cut : cuts) {
        const std::size_t size = cut - begin;
        deliver_part(d, begin, {.bytes = rest.first(size), .missing = std::exchange(missing, 0)});
        rest = rest.subspan(size);
        begin = cut;
    }
    std::erase_if(marks, [&](const auto &mark) { return !is_before(end, mark.first) && mark.first != end; });
}

void TcpAckOrder::deliver_part(unsigned d, std::uint32_t begin, const TcpData &data)
{
    const auto answers = answers_at(d, begin);
    if (!waiting_[d].held.empty() || (answers && must_wait(d, *answers)))
        hold(d, {data.kind,
                 begin,
                 answers ? *answers : delivered_up_to(1 - d),
                 {data.bytes.begin(), data.bytes.end()},
                 data.missing});
    else
        next_.deliver(d, data);
}

// It belongs to the bytes from the same packet.
void TcpAckOrder::deliver_dissected(TcpData::Kind kind, Bytes bytes)
{
    const std::vector<Held> &held = waiting_[sides_.sender].held;
    if (held.empty())
        next_.deliver(sides_.sender, {kind, bytes});
    else
        hold(sides_.sender, {kind, held.back().sequence, held.back().answers, {bytes.begin(), bytes.end()}});
}

// The sequence number up to which this side's data was delivered or is no longer awaited.
std::uint32_t TcpAckOrder::delivered_up_to(unsigned d) const
{
    const Waiting &own = waiting_[d];
    std::uint32_t position = *sides_[d].stream.next() + (sides_[d].fin_delivered ? 1 : 0);
    if (!own.held.empty())
        position = own.held.front().sequence;
    return own.given_up_to && is_before(position, *own.given_up_to) ? *own.given_up_to : position;
}

// Whether it acknowledges data of the other side that has not been captured yet.
bool TcpAckOrder::must_wait(unsigned d, std::uint32_t answers) const
{
    if (!sides_[1 - d].stream.started() || !is_before(delivered_up_to(1 - d), answers))
        return false;
    return !next_.given_up() && !conversations_.outcome_known();
}

// The acknowledgment number of the segment that starts here.
std::optional<std::uint32_t> TcpAckOrder::answers_at(unsigned d, std::uint32_t sequence) const
{
    const auto &marks = waiting_[d].marks;
    const auto found = std::ranges::find(marks, sequence, &std::pair<std::uint32_t, std::uint32_t>::first);
    return found != marks.end() ? std::optional{found->second} : d == sides_.sender ? sides_.answers : std::nullopt;
}

// ---- Data waits ----

void TcpAckOrder::hold(unsigned d, Held &&one)
{
    Waiting &own = waiting_[d];
    own.bytes += one.bytes.size();
    own.held.push_back(std::move(one));
    if (own.bytes > max_waiting) {
        waiting_[1 - d].given_up_to = own.held.back().answers;
        release(d);
    }
}

// Releases held data if the data that it answers has arrived, or is no longer awaited.
void TcpAckOrder::release_due(bool all)
{
    for (const unsigned d : {0u, 1u}) {
        if (waiting_[d].held.empty())
            continue;
        if (all || waiting_[d].calls > TcpReassembly::patience)
            waiting_[1 - d].given_up_to = waiting_[d].held.back().answers;
        release(d);
    }
}

void TcpAckOrder::release(unsigned d)
{
    Waiting &own = waiting_[d];
    const std::uint32_t others = delivered_up_to(1 - d);
    const auto first_to_wait =
        std::ranges::find_if(own.held, [&](const Held &one) { return is_before(others, one.answers); });
    if (first_to_wait == own.held.begin())
        return;
    const std::vector<Held> due{std::make_move_iterator(own.held.begin()), std::make_move_iterator(first_to_wait)};
    own.held.erase(own.held.begin(), first_to_wait);
    own.calls = 0;
    deliver_unseen_fin(1 - d);
    if (HandshakeTracker *known = conversations_.tracker())
        known->settle();
    for (const Held &one : due) {
        own.bytes -= one.bytes.size();
        next_.deliver(d, one.data());
    }
}

void TcpAckOrder::stop_waiting()
{
    release_due(true);
    release_due(true); // data of one side that waited for the other
}

std::array<std::vector<TcpData>, 2> TcpAckOrder::waiting() const
{
    std::array<std::vector<TcpData>, 2> data;
    for (const unsigned d : {0u, 1u})
        std::ranges::transform(waiting_[d].held, std::back_inserter(data[d]), &Held::data);
    return data;
}

// Data after a gap is read anyway.
void TcpAckOrder::drain(unsigned d)
{
    while (sides_[d].stream.waiting())
        deliver(d, sides_[d].stream.give_up());
}

// ---- FIN and RST ----

void TcpAckOrder::end_frame()
{
    if (!data_waits() && !sides_.owe_fin())
        return;
    for (Waiting &one : waiting_)
        one.calls += one.held.empty() ? 0 : 1;
    deliver_fin(0);
    deliver_fin(1);
    const bool last = sides_.closed() || conversations_.outcome_known();
    for (const bool all : {false, false, last}) {
        if (!data_waits())
            return;
        release_due(all);
        deliver_fin(0);
        deliver_fin(1);
    }
}

void TcpAckOrder::deliver_fin(unsigned d)
{
    TcpDirection &direction = sides_[d];
    if (!direction.owes_fin())
        return;
    if (direction.fin_acknowledged())
        drain(d);
    const std::uint32_t missing = direction.missing_before(*direction.fin);
    if (!conversations_.tracker() || direction.stream.waiting() || !fin_is_next(d) ||
        (missing > 0 && !direction.fin_acknowledged()))
        return;
    conversations_.report_missing(d, missing);
    direction.fin_delivered = true;
    report_unseen(1 - d);
    // Not to the inner one: the end of the decrypted data is not its end.
    conversations_.tracker()->transport(SideClosed{conversations_.side(d)});
}

// Data that the other side sent before it received this FIN comes first.
bool TcpAckOrder::fin_is_next(unsigned d) const
{
    const std::vector<Held> &others = waiting_[1 - d].held;
    return waiting_[d].held.empty() && (others.empty() || is_before(*sides_[d].fin, others.front().answers));
}

// A single acknowledged byte after all data, which the capture lacks, can be a FIN.
void TcpAckOrder::deliver_unseen_fin(unsigned d)
{
    TcpDirection &direction = sides_[d];
    if (direction.fin || direction.stream.waiting() || direction.stream.acknowledged_unseen() != 1)
        return;
    direction.fin = direction.stream.next();
    deliver_fin(d);
}

void TcpAckOrder::reset(std::uint32_t sequence)
{
    const unsigned by = sides_.sender;
    release_due(true);
    drain(0);
    drain(1);
    HandshakeTracker *known = conversations_.tracker();
    if (!known)
        return;
    conversations_.report_missing(by, sides_[by].missing_before(sequence));
    report_unseen(1 - by);
    known->transport(SideReset{conversations_.side(by)});
}

// The other side acknowledged more than the capture contains.
void TcpAckOrder::report_unseen(unsigned d)
{
    if (sides_[d].lacks_acknowledged())
        conversations_.report_missing(d, sides_[d].stream.acknowledged_unseen());
}

} // namespace tlsdiag
