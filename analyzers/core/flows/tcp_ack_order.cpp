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
    sides_[d].has_gap |= delivery.missing > 0;
    auto &marks = waiting_[d].marks;
    const std::uint32_t end = *sides_[d].stream.next();
    if (marks.empty())
        return deliver_part(d, end - static_cast<std::uint32_t>(delivery.bytes.size()),
                            {.bytes = delivery.bytes, .missing = delivery.missing});
    for (const Held &part : parts(d, end, delivery)) // of copies: the stream may discard its bytes
        deliver_part(d, part.sequence, {.bytes = part.bytes, .missing = part.missing});
    std::erase_if(marks, [&](const auto &mark) { return !is_before(end, mark.first) && mark.first != end; });
}

// The run of bytes that ends here, cut where the segments in it start.
std::vector<TcpAckOrder::Held> TcpAckOrder::parts(unsigned d, std::uint32_t end, const Delivery &delivery) const
{
    std::uint32_t begin = end - static_cast<std::uint32_t>(delivery.bytes.size());
    std::vector<std::uint32_t> cuts{end};
    for (const auto &[sequence, answers] : waiting_[d].marks)
        if (is_before(begin, sequence) && is_before(sequence, end))
            cuts.push_back(sequence);
    std::ranges::sort(cuts, is_before);
    std::vector<Held> found;
    std::uint64_t missing = delivery.missing;
    for (Bytes rest = delivery.bytes; const std::uint32_t cut : cuts) {
        const Bytes part = rest.first(cut - begin);
        const auto answers = answers_at(d, begin);
        found.push_back({TcpData::Kind::bytes,
                         begin,
                         answers.value_or(0),
                         answers.has_value(),
                         {part.begin(), part.end()},
                         std::exchange(missing, 0)});
        rest = rest.subspan(part.size());
        begin = cut;
    }
    return found;
}

void TcpAckOrder::deliver_part(unsigned d, std::uint32_t begin, const TcpData &data)
{
    const auto answers = answers_at(d, begin);
    if (!waiting_[d].held.empty() || (answers && must_wait(d, *answers)))
        hold(d, {data.kind,
                 begin,
                 answers ? *answers : delivered_up_to(1 - d),
                 answers.has_value(),
                 {data.bytes.begin(), data.bytes.end()},
                 data.missing});
    else
        next_.deliver(d, {data.kind, data.bytes, data.missing, begin, answers});
}

// It belongs to the bytes from the same packet.
void TcpAckOrder::deliver_dissected(TcpData::Kind kind, Bytes bytes)
{
    const std::vector<Held> &held = waiting_[sides_.sender].held;
    if (held.empty())
        next_.deliver(sides_.sender, {kind, bytes});
    else
        hold(sides_.sender, {kind, held.back().sequence, held.back().answers, false, {bytes.begin(), bytes.end()}});
}

// The sequence number up to which this side's data was delivered or is no longer awaited.
std::uint32_t TcpAckOrder::delivered_up_to(unsigned d) const
{
    const Waiting &own = waiting_[d];
    const std::uint32_t next = *sides_[d].stream.next();
    // Before there is a conversation, nobody waits for a FIN.
    const bool fin = conversations_.tracker() ? sides_[d].fin_delivered : sides_[d].fin == next;
    std::uint32_t position = next + (fin ? 1 : 0);
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
        if (const auto fin = sides_[1 - d].fin; fin && is_before(*fin, one.answers) && conversations_.tracker()) {
            deliver_fin(1 - d); // not before, if the conversation has only now begun
            conversations_.tracker()->settle();
        }
        next_.deliver(d, one.data());
    }
}

void TcpAckOrder::stop_waiting()
{
    release_due(true);
    release_due(true); // data of one side that waited for the other
}

bool TcpAckOrder::anything_left() const
{
    return data_waits() || sides_[0].stream.gap_acknowledged() || sides_[1].stream.gap_acknowledged();
}

std::vector<TcpAckOrder::Held> TcpAckOrder::left_of(unsigned d) const
{
    std::vector<Held> left = waiting_[d].held;
    if (!sides_[d].stream.gap_acknowledged())
        return left;
    TcpReassembly stream = sides_[d].stream;
    while (stream.gap_acknowledged()) {
        const Delivery delivery = stream.give_up();
        for (Held &part : parts(d, *stream.next(), delivery))
            left.push_back(std::move(part));
    }
    return left;
}

// What answers the other side's data comes after it.
std::vector<LeftData> TcpAckOrder::left() const
{
    const std::array<std::vector<Held>, 2> queues{left_of(0), left_of(1)};
    std::array<std::size_t, 2> taken{};
    std::vector<LeftData> left;
    const auto is_next = [&](unsigned d) {
        if (taken[d] == queues[d].size())
            return false;
        const Held &own = queues[d][taken[d]];
        return taken[1 - d] == queues[1 - d].size() || !own.acknowledges ||
               !is_before(queues[1 - d][taken[1 - d]].sequence, own.answers);
    };
    while (left.size() < queues[0].size() + queues[1].size()) {
        const unsigned d = is_next(0) || taken[1] == queues[1].size() ? 0 : 1;
        const Held &one = queues[d][taken[d]++];
        left.push_back({d, one.kind, one.bytes, one.missing});
    }
    return left;
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
    conversations_.tracker()->transport(SideClosed{conversations_.side(d), direction.fin_at});
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
