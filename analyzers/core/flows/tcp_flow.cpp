// Handles the segments of a TCP stream: how the connection opens and closes, and which data arrived.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_flow.hpp"

#include "core/net/tcp_options.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

// RFC 9293, 3.1.
namespace flag {
constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10;
}

unsigned TcpFlow::direction_of(const Endpoint &source, const Endpoint &destination)
{
    if (!directions_[0].seen && !directions_[1].seen) {
        directions_[0].end = source;
        directions_[1].end = destination;
    }
    // A connection from a host to itself also has two directions: the ports distinguish them.
    const unsigned d = source == directions_[0].end ? 0 : 1;
    directions_[d].seen = true;
    return d;
}

void TcpFlow::segment(Bytes header, Bytes payload, std::size_t length)
{
    Reader reader{header};
    const std::uint16_t source_port = reader.u16(), destination_port = reader.u16();
    const std::uint32_t sequence = reader.u32(), acknowledgment = reader.u32();
    reader.u8();
    const std::uint8_t flags = reader.u8();
    if (!reader.ok())
        return;
    Endpoint source = capture_.frame().source, destination = capture_.frame().destination;
    source.port = source_port;
    destination.port = destination_port;

    now_ = direction_of(source, destination);
    const Bytes options = header.subspan(std::min<std::size_t>(header.size(), 20));
    if (HandshakeTracker *known = tracker())
        capture_.touch(*known, side(now_));
    if ((flags & ~flag::psh) == flag::ack && fast_path(sequence, acknowledgment, payload, length))
        return;
    if (length > 0 && is_copy(header, length))
        return;
    opening(flags, sequence, options);
    answers_.reset();
    if (flags & flag::ack)
        answers_ = acknowledgment;
    if (flags & flag::ack) {
        if (length == 0 && !(flags & (flag::syn | flag::rst)))
            begin_as_acknowledged(acknowledgment);
        note_acknowledged(acknowledgment, options);
        directions_[1 - now_].acknowledged = acknowledgment;
        deliver(1 - now_, directions_[1 - now_].stream.acknowledged(acknowledgment));
        if (tls_ && !tls_->tracker().over() && directions_[1 - now_].lacks_acknowledged())
            tls_->tracker().conversation().gaps.gap_open = true;
    }
    cut_short_ = payload.size() < length;
    if (length > 0) {
        const Delivery delivery = directions_[now_].stream.segment(sequence, payload, length);
        if (delivery.out_of_order && answers_ && directions_[now_].marks.size() < max_marks)
            directions_[now_].marks.emplace_back(sequence, *answers_);
        deliver(now_, delivery);
        note_sent(sequence, length, delivery.retransmission);
    }
    if (HandshakeTracker *known = tracker(); known && cut_short_ && !known->over())
        known->conversation().gaps.truncated = true;
    const auto behind = static_cast<std::uint32_t>(sequence + length + (flags & flag::syn ? 1 : 0));
    closing(flags, behind);
}

// A fast path: after the handshake, most packets acknowledge data that was seen and contain the next data or none.
// Returns whether this packet is such a one.
bool TcpFlow::fast_path(std::uint32_t sequence, std::uint32_t acknowledged, Bytes payload, std::size_t length)
{
    Direction &from = directions_[now_], &other = directions_[1 - now_];
    if (!tls_ || !tls_->over() || other.stream.next() != acknowledged)
        return false;
    if (length > 0) {
        if (from.stream.next() != sequence || payload.size() != length || by_dissector_ || holds_early())
            return false;
        from.sent_again = false;
        const Delivery delivery = from.stream.segment(sequence, payload, length);
        tls_->feed(side(now_), delivery.bytes, delivery.missing);
        from.stream.stop_keeping();
        other.stream.stop_keeping();
    }
    cut_short_ = false;
    answers_ = other.acknowledged = acknowledged;
    return true;
}

void TcpFlow::opening(std::uint8_t flags, std::uint32_t sequence, Bytes options)
{
    if (!(flags & flag::syn)) {
        if (syn_ack_ && !ack_ && directions_[now_].sent_syn) {
            ack_ = capture_.frame().moment;
            note_opening();
        }
        return;
    }
    directions_[now_].largest_taken = maximum_segment_size(options);
    directions_[now_].stream.syn(sequence);
    if (!(flags & flag::ack)) {
        directions_[now_].sent_syn = true;
        syn_ = syn_ ? syn_ : capture_.frame().moment;
    } else if (!syn_ack_) {
        directions_[1 - now_].sent_syn = true;
        syn_ack_ = capture_.frame().moment;
        note_opening();
    }
}

// A conversation can start in the first SYN (RFC 7413).
void TcpFlow::note_opening()
{
    if (HandshakeTracker *known = tracker(); known && !known->over()) {
        known->conversation().tcp_syn_ack = syn_ack_;
        known->conversation().tcp_ack = ack_;
    }
}

// If the other side's SYN was not captured, the ACK that completes the handshake of TCP shows where its bytes start.
void TcpFlow::begin_as_acknowledged(std::uint32_t acknowledged)
{
    TcpReassembly &other = directions_[1 - now_].stream;
    if (!other.started() && directions_[now_].sent_syn && plaintext_bytes_ == 0 && !tls_)
        other.syn(acknowledged - 1);
}

// Records which of the other side's segments arrived, during the handshake.
void TcpFlow::note_acknowledged(std::uint32_t acknowledged, Bytes options)
{
    if (!tls_ || tls_->tracker().over())
        return;
    Segments &segments = tls_->tracker().conversation().segments[side(1 - now_)];
    if (directions_[1 - now_].acknowledged != acknowledged) {
        segments.stuck = segments.stuck_times = 0;
        segments.later_arrived = false;
    }
    if (!options.empty() && !segments.later_arrived)
        segments.later_arrived = acknowledges_selectively(options, acknowledged);
}

void TcpFlow::note_sent(std::uint32_t sequence, std::size_t length, bool again)
{
    if (!tls_ || tls_->tracker().over())
        return;
    const Direction &from = directions_[now_], &to = directions_[1 - now_];
    Segments &segments = tls_->tracker().conversation().segments[side(now_)];
    const auto size = static_cast<std::uint32_t>(length);
    segments.limit = from.largest_taken ? std::min(from.largest_taken, to.largest_taken) : 0;
    segments.largest = std::max(segments.largest, size);
    if (again && sequence == from.acknowledged) {
        segments.stuck = std::max(segments.stuck, size);
        ++segments.stuck_times;
    }
}

void TcpFlow::deliver(unsigned d, const Delivery &delivery)
{
    if (tls_ && delivery.retransmission && !tls_->tracker().over())
        tls_->tracker().sent_again(side(d));
    if (delivery.retransmission || !delivery.bytes.empty())
        directions_[d].sent_again = delivery.retransmission;
    if (delivery.bytes.empty() && delivery.missing == 0)
        return;
    deliver_run(d, delivery.bytes, delivery.missing);
}

void TcpFlow::hand_on(unsigned d, Bytes bytes, std::uint64_t missing)
{
    if (tls_) {
        if (!by_dissector_)
            tls_->feed(side(d), bytes, missing);
    } else {
        if (missing > 0) {
            plaintext_gap_ = capture_.frame().moment.frame;
            directions_[d].before_tls += missing % unknown_loss;
        }
        if (refused_)
            note_missing(d, missing);
        plaintext(d, bytes);
    }
    if (tls_ && tls_->tracker().over())
        for (Direction &direction : directions_)
            direction.stream.stop_keeping();
}

void TcpFlow::closing(std::uint8_t flags, std::uint32_t fin)
{
    Direction &from = directions_[now_];
    if ((flags & (flag::fin | flag::rst)) && plaintext_to_tls_port(now_))
        begin_after_plaintext(1 - now_, turns_[0].second);
    if (flags & flag::rst) {
        release_due(true);
        drain(0);
        drain(1);
        if (!tracker())
            return;
        note_missing(now_, from.missing_before(fin));
        note_unseen(1 - now_);
        tracker()->reset(side(now_));
    } else if (flags & flag::fin) {
        from.fin = fin;
    }
}

// Segments may be captured out of order: a FIN counts when all data before it has arrived, or was acknowledged without
// being captured.
void TcpFlow::end_frame()
{
    settle_order();
    if (inner_)
        inner_->note_incomplete();
    if (!tls_)
        return;
    if (!by_dissector_)
        count_bytes();
    if (tls_->tracker().over())
        return;
    tls_->note_incomplete();
    Conversation &c = tls_->tracker().conversation();
    c.gaps.tail_open = directions_[0].tail_open() || directions_[1].tail_open();
    c.gaps.gap_open = holds_early();
    for (const unsigned d : {0u, 1u}) {
        Segments &segments = c.segments[side(d)];
        segments.unacknowledged = directions_[d].unacknowledged();
        segments.gap = directions_[d].stream.gap();
        c.gaps.gap_open |= segments.gap > 0 && !segments.later_arrived; // otherwise nobody received these bytes
        c.gaps.gap_open |= directions_[d].lacks_acknowledged();
    }
}

// Replaces the sum over records: after the handshake, records captured out of order are not read.
void TcpFlow::count_bytes()
{
    for (const unsigned d : {0u, 1u}) {
        const std::uint64_t all = directions_[d].stream.position();
        tls_->tracker().conversation().bytes[side(d)] = all - std::min(all, directions_[d].before_tls);
    }
}

void TcpFlow::tell_fin(unsigned d)
{
    Direction &direction = directions_[d];
    if (!direction.owes_fin())
        return;
    if (direction.fin_acknowledged())
        drain(d);
    const std::uint32_t missing = direction.missing_before(*direction.fin);
    if (!tracker() || direction.stream.waiting() || !fin_is_next(d) || (missing > 0 && !direction.fin_acknowledged()))
        return;
    note_missing(d, missing);
    direction.fin_told = true;
    note_unseen(1 - d);
    tracker()->closed(side(d)); // not the inner one: the end of the decrypted data is not its end
}

// Data after a gap is read anyway.
void TcpFlow::drain(unsigned d)
{
    while (directions_[d].stream.waiting())
        deliver(d, directions_[d].stream.give_up());
}

// The other side acknowledged more than the capture contains.
void TcpFlow::note_unseen(unsigned d)
{
    if (directions_[d].lacks_acknowledged())
        note_missing(d, directions_[d].stream.acknowledged_unseen());
}

std::vector<HandshakeTracker *> TcpFlow::trackers()
{
    std::vector<HandshakeTracker *> all;
    for (HandshakeTracker *one : {refused_, tls_ ? &tls_->tracker() : nullptr, inner_ ? &inner_->tracker() : nullptr})
        if (one && (all.empty() || all.back() != one))
            all.push_back(one);
    return all;
}

PlainConnection TcpFlow::as_plain() const
{
    const bool first_is_client = directions_[0].sent_syn != directions_[1].sent_syn
                                     ? directions_[0].sent_syn
                                     : directions_[0].end.port >= directions_[1].end.port;
    return {directions_[first_is_client ? 1 : 0].end,
            directions_[0].stream.position() + directions_[1].stream.position(),
            !directions_[0].sent_syn && !directions_[1].sent_syn};
}

void TcpFlow::note_missing(unsigned d, std::uint64_t bytes)
{
    if (bytes == 0)
        return;
    tracker()->record_event(side(d), BytesMissing{.count = bytes});
    if (!tls_)
        tracker()->starttls_unclear();
}

// ---- What the dissector shows ----

void TcpFlow::record(bool inner, Bytes record)
{
    inner_last_ = inner;
    const bool hello = RecordReader::looks_like_client_hello(record) && record.size() >= 11;
    if (!inner) {
        if (!tls_ && hello) {
            by_dissector_ = true;
            begin(now_, false);
        }
        if (tls_ && by_dissector_)
            tls_->feed(side(now_), record, 0);
        return;
    }
    if (!tls_)
        return;
    if (!inner_ && hello && now_ == client_) {
        inner_.emplace(
            capture_.start(Transport::tcp, stream_, directions_[client_].end, directions_[1 - client_].end, true));
        inner_->tracker().conversation().gaps.direction_missing = {};
    }
    if (inner_) {
        capture_.touch(inner_->tracker(), side(now_));
        inner_->feed(side(now_), record, 0);
    }
}

void TcpFlow::message(Bytes message)
{
    if (holds_now())
        hold_dissected(Early::Kind::message, message);
    else if (TlsStream *stream = current())
        stream->dissected(side(now_), message);
}

void TcpFlow::alert(Alert alert)
{
    if (holds_now())
        hold_dissected(Early::Kind::alert, std::array{alert.level, alert.description});
    else if (TlsStream *stream = current())
        stream->dissected(side(now_), alert);
}

void TcpFlow::unreachable(const Endpoint &sender, std::uint16_t icmp)
{
    if (tls_)
        tls_->tracker().unreachable(side(sender == directions_[0].end ? 0 : 1), icmp);
}

} // namespace tlsdiag
