// Handles the segments of a TCP stream: how the connection opens and closes, and which data arrived.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_flow.hpp"

#include "core/net/tcp_options.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tlsdiag {

// RFC 9293, 3.1.
namespace flag {
constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10;
}

struct TcpFlow::Header {
    explicit Header(Bytes bytes) : options{bytes.subspan(std::min<std::size_t>(bytes.size(), 20))}
    {
        Reader reader{bytes};
        source_port = reader.u16();
        destination_port = reader.u16();
        sequence = reader.u32();
        acknowledgment = reader.u32();
        reader.u8();
        flags = reader.u8();
        ok = reader.ok();
    }
    bool has(std::uint8_t flag) const { return (flags & flag) != 0; }

    std::uint16_t source_port, destination_port;
    std::uint32_t sequence, acknowledgment;
    std::uint8_t flags;
    bool ok;
    Bytes options;
};

void TcpFlow::segment(Bytes bytes, Bytes payload, std::size_t length)
{
    const Header header{bytes};
    if (!header.ok)
        return;
    sides_.sender = direction_of(header);
    if (length > 0 && may_be_padding(header, bytes.size(), length) && !RecordReader::looks_like_record(payload))
        return padded_segment(header, bytes, payload, length);
    if (padding_)
        judge_padding(header);
    if (HandshakeTracker *known = tracker())
        host_.touch(*known, conversations_.side(sides_.sender));
    if (sides_[sides_.sender].reset && length > 0)
        deny_reset(static_cast<std::uint32_t>(header.sequence + length));
    if ((header.flags & ~flag::psh) == flag::ack && fast_path(header, payload, length))
        return;
    if (length > 0 && is_copy(bytes, length))
        return;
    open(header);
    sides_.answers.reset();
    if (header.has(flag::ack)) {
        sides_.answers = header.acknowledgment;
        acknowledge(header, length);
    }
    sides_.cut_short = payload.size() < length;
    if (length > 0)
        send(header.sequence, payload, length);
    if (HandshakeTracker *known = tracker(); known && sides_.cut_short && !known->outcome_known())
        known->transport(PacketTruncated{});
    close(header, length);
}

// Ethernet fills a frame to 60 bytes, and some devices count that in IPv4's total length.
bool TcpFlow::may_be_padding(const Header &header, std::size_t header_size, std::size_t length) const
{
    constexpr std::size_t ethernet = 46, ipv4 = 20, longest = 6;
    return length <= longest && ipv4 + header_size + length == ethernet && !header.has(flag::psh) &&
           host_.frame().source.address_length == 4;
}

// The bytes count if they are acknowledged, or if the next ones come behind them.
void TcpFlow::padded_segment(const Header &header, Bytes bytes, Bytes payload, std::size_t length)
{
    const unsigned d = sides_.sender;
    const Octets kept{payload.begin(), payload.end()};
    if (padding_)
        judge_padding(header);
    segment(bytes, {}, 0);
    if (!padding_ && !header.has(flag::syn | flag::fin | flag::rst))
        padding_ = Padding{d, header.sequence, header.acknowledgment, kept, length};
}

void TcpFlow::judge_padding(const Header &header)
{
    const std::uint32_t end = padding_->sequence + static_cast<std::uint32_t>(padding_->length);
    const bool same = sides_.sender == padding_->direction;
    if (header.has(flag::rst) || (same ? header.sequence : header.acknowledgment) == padding_->sequence) {
        if (same)
            padding_.reset();
        return;
    }
    const Padding data = *std::exchange(padding_, std::nullopt);
    if (static_cast<std::int32_t>((same ? header.sequence : header.acknowledgment) - end) < 0)
        return;
    const unsigned sender = std::exchange(sides_.sender, data.direction);
    sides_.answers = data.answers;
    send(data.sequence, data.bytes, data.length);
    sides_.sender = sender;
}

// RFC 9293, 3.5.2: a side that has reset the connection sends nothing new. If it does, another one sent that RST.
void TcpFlow::deny_reset(std::uint32_t end)
{
    std::optional<std::uint32_t> &reset = sides_[sides_.sender].reset;
    const auto beyond = static_cast<std::int32_t>(end - *reset);
    if (beyond <= 0 || beyond > TcpReassembly::max_jump)
        return;
    reset.reset();
    if (HandshakeTracker *known = tracker())
        known->transport(ResetDenied{conversations_.side(sides_.sender)});
}

unsigned TcpFlow::direction_of(const Header &header)
{
    Endpoint source = host_.frame().source, destination = host_.frame().destination;
    source.port = header.source_port;
    destination.port = header.destination_port;
    if (!sides_[0].seen && !sides_[1].seen) {
        sides_[0].end = source;
        sides_[1].end = destination;
    }
    // A connection from a host to itself also has two directions: the ports distinguish them.
    const unsigned d = source == sides_[0].end ? 0 : 1;
    sides_[d].seen = true;
    if (sides_[d].hop_limit == 0)
        sides_[d].hop_limit = host_.frame().hop_limit;
    return d;
}

// A fast path: after the handshake, most packets acknowledge data that was seen and contain the next data or none.
// Returns whether this packet is such a one.
bool TcpFlow::fast_path(const Header &header, Bytes payload, std::size_t length)
{
    TcpDirection &from = sides_[sides_.sender], &other = sides_[1 - sides_.sender];
    if (!conversations_.has_tls() || !conversations_.outcome_known() || other.stream.next() != header.acknowledgment)
        return false;
    if (length > 0) {
        if (from.stream.next() != header.sequence || payload.size() != length || conversations_.by_dissector() ||
            order_.data_waits())
            return false;
        from.sent_again = false;
        const Delivery delivery = from.stream.segment(header.sequence, payload, length);
        conversations_.deliver(sides_.sender, {.bytes = delivery.bytes, .missing = delivery.missing});
        sides_.stop_keeping();
    }
    sides_.cut_short = false;
    sides_.answers = other.acknowledged = header.acknowledgment;
    return true;
}

bool TcpFlow::is_copy(Bytes header, std::size_t length)
{
    return !conversations_.outcome_known() && sides_[sides_.sender].is_copy(header, length, host_.frame().moment.time);
}

// ---- Opening ----

void TcpFlow::open(const Header &header)
{
    TcpDirection &from = sides_[sides_.sender], &other = sides_[1 - sides_.sender];
    TcpOpening &opening = sides_.opening;
    if (!header.has(flag::syn)) {
        if (opening.syn_ack && !opening.ack && from.sent_syn) {
            opening.ack = host_.frame().moment;
            report_opening();
        }
        return;
    }
    from.largest_taken = maximum_segment_size(header.options);
    from.stream.syn(header.sequence);
    if (!header.has(flag::ack)) {
        from.sent_syn = true;
        opening.syn = opening.syn ? opening.syn : host_.frame().moment;
    } else if (!opening.syn_ack) {
        other.sent_syn = true;
        opening.syn_ack = host_.frame().moment;
        report_opening();
    }
}

// A conversation can start in the first SYN (RFC 7413).
void TcpFlow::report_opening()
{
    if (HandshakeTracker *known = tracker(); known && !known->outcome_known())
        known->transport(sides_.opening);
}

// If the other side's SYN was not captured, the ACK that completes the handshake of TCP shows where its bytes start.
void TcpFlow::begin_as_acknowledged(std::uint32_t acknowledged)
{
    TcpReassembly &other = sides_[1 - sides_.sender].stream;
    if (!other.started() && sides_[sides_.sender].sent_syn && !tls_start_.any_plaintext() && !carried_tls())
        other.syn(acknowledged - 1);
}

// ---- Acknowledgments and data ----

void TcpFlow::acknowledge(const Header &header, std::size_t length)
{
    const unsigned d = 1 - sides_.sender; // whose data is acknowledged
    if (length == 0 && !header.has(flag::syn | flag::rst))
        begin_as_acknowledged(header.acknowledgment);
    report_acknowledged(header);
    sides_[d].acknowledged = header.acknowledgment;
    order_.deliver(d, sides_[d].stream.acknowledged(header.acknowledgment));
    if (HandshakeTracker *handshake = conversations_.handshake(); handshake && sides_[d].lacks_acknowledged())
        handshake->transport(GapOpens{});
}

void TcpFlow::report_acknowledged(const Header &header)
{
    HandshakeTracker *handshake = conversations_.handshake();
    if (!handshake)
        return;
    const bool later_arrived =
        !header.options.empty() && acknowledges_selectively(header.options, header.acknowledgment);
    handshake->transport(SegmentAcknowledged{
        .by = conversations_.side(sides_.sender),
        .advances = sides_[1 - sides_.sender].acknowledged != header.acknowledgment,
        .later_arrived = later_arrived,
    });
}

void TcpFlow::send(std::uint32_t sequence, Bytes payload, std::size_t length)
{
    const unsigned d = sides_.sender;
    const Delivery delivery = sides_[d].stream.segment(sequence, payload, length);
    if (delivery.out_of_order)
        order_.segment_after_gap(sequence);
    if (HandshakeTracker *handshake = conversations_.handshake(); handshake && delivery.retransmission)
        handshake->transport(SentAgain{conversations_.side(d), is_of_hello(d, sequence)});
    order_.deliver(d, delivery);
    report_sent(sequence, length, delivery.retransmission);
}

// Whether this is a sequence number of the ClientHello.
bool TcpFlow::is_of_hello(unsigned d, std::uint32_t sequence)
{
    const auto begin = tls_start_.hello_sequence();
    if (!begin || conversations_.side(d) != Side::client)
        return false;
    constexpr std::uint32_t headers = 4 + 5; // of the message and its record
    const auto &hello = conversations_.tracker()->conversation().client_hello;
    return sequence - *begin < (hello ? hello->size + headers : 1u << 16);
}

void TcpFlow::report_sent(std::uint32_t sequence, std::size_t length, bool again)
{
    HandshakeTracker *handshake = conversations_.handshake();
    if (!handshake)
        return;
    const TcpDirection &from = sides_[sides_.sender], &to = sides_[1 - sides_.sender];
    handshake->transport(SegmentSent{
        .by = conversations_.side(sides_.sender),
        .size = static_cast<std::uint32_t>(length),
        .limit = from.largest_taken ? std::min(from.largest_taken, to.largest_taken) : 0,
        .stuck = again && sequence == from.acknowledged,
    });
}

// ---- What the dissector shows ----

void TcpFlow::record(bool inner, Bytes record)
{
    if (!inner)
        tls_start_.found_by_dissector(record);
    conversations_.record(inner, record);
}

void TcpFlow::message(Bytes message)
{
    order_.deliver_dissected(TcpData::Kind::message, message);
}

void TcpFlow::alert(Alert alert)
{
    order_.deliver_dissected(TcpData::Kind::alert, std::array{alert.level, alert.description});
}

// ---- Closing ----

void TcpFlow::close(const Header &header, std::size_t length)
{
    if (!header.has(flag::fin | flag::rst))
        return;
    tls_start_.closing(sides_.sender);
    const auto end = static_cast<std::uint32_t>(header.sequence + length + (header.has(flag::syn) ? 1 : 0));
    if (header.has(flag::rst)) {
        sides_[sides_.sender].reset = end;
        order_.reset(end);
    } else if (!sides_[sides_.sender].fin)
        sides_[sides_.sender].fin_at = host_.frame().moment;
    if (!header.has(flag::rst))
        sides_[sides_.sender].fin = end;
}

void TcpFlow::end_frame()
{
    order_.end_frame();
    conversations_.end_frame(order_.data_waits());
}

PlainConnection TcpFlow::as_plain() const
{
    const TcpDirection &one = sides_[0], &other = sides_[1];
    const bool first_is_client = one.sent_syn != other.sent_syn ? one.sent_syn : one.end.port >= other.end.port;
    return {sides_[first_is_client ? 1 : 0].end, one.stream.position() + other.stream.position(),
            !one.sent_syn && !other.sent_syn};
}

HandshakeTracker TcpFlow::if_capture_ended(const HandshakeTracker &one, Time now)
{
    if (&one != tracker() || !order_.anything_left())
        return one.if_capture_ended(now);
    return conversations_.if_capture_ended(now, order_.left());
}

} // namespace tlsdiag
