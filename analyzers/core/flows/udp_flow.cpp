// Follows DTLS (RFC 6347, RFC 9147) and QUIC (RFC 9000, RFC 9001) on one UDP stream.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/udp_flow.hpp"

#include "core/net/quic_numbers.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

namespace {

// A plaintext DTLS record that contains the start of a handshake message.
struct FirstMessage {
    HandshakeType type;
    std::uint16_t sequence;
    Bytes body;
};

std::optional<FirstMessage> first_message(Bytes payload)
{
    Reader reader{payload};
    const auto type = ContentType{reader.u8()};
    reader.u16();
    const std::uint16_t epoch = reader.u16();
    reader.u48();
    reader.u16();
    const auto message = HandshakeType{reader.u8()};
    reader.u24();
    const std::uint16_t sequence = reader.u16();
    const std::uint32_t offset = reader.u24();
    reader.u24();
    if (!reader.ok() || type != ContentType::handshake || epoch != 0 || offset != 0)
        return std::nullopt;
    return FirstMessage{message, sequence, reader.rest()};
}

// A long header's version and the packet's type (RFC 9000, 17.2; the types of version 2: RFC 9369, 3.2).
enum class QuicPacket : std::uint8_t { initial, zero_rtt, handshake, retry, version_negotiation, one_rtt };

QuicPacket quic_packet(std::uint8_t first, std::uint32_t version)
{
    constexpr std::uint32_t version_2 = 0x6b33'43cf;
    if (!(first & 0x80))
        return QuicPacket::one_rtt;
    if (version == 0)
        return QuicPacket::version_negotiation;
    const unsigned type = (first >> 4) & 3;
    return static_cast<QuicPacket>(version == version_2 ? (type + 3) % 4 : type);
}

// The versions in a Version Negotiation packet (RFC 9000, 17.2.1); absent for any other packet.
std::vector<std::uint32_t> negotiated_versions(Bytes packet)
{
    constexpr std::size_t most = 32;
    Reader reader{packet};
    const bool long_header = reader.u8() & 0x80;
    if (!long_header || reader.u32() != 0)
        return {};
    reader.vector8();
    reader.vector8();
    std::vector<std::uint32_t> versions;
    while (reader.ok() && reader.left() >= 4 && versions.size() < most)
        versions.push_back(reader.u32());
    return versions;
}

// The version of the first packet; 0 if it has none.
std::uint32_t quic_version(Bytes packet)
{
    Reader reader{packet};
    return reader.u8() & 0x80 ? reader.u32() : 0;
}

// Iterates over the packets of a datagram, without decrypting them.
template <class Use>
void each_quic_packet(Bytes datagram, Use use)
{
    Reader reader{datagram};
    while (!reader.empty()) {
        const std::uint8_t first = reader.u8();
        const std::uint32_t version = first & 0x80 ? reader.u32() : 1;
        const QuicPacket packet = quic_packet(first, version);
        if (!reader.ok() || first == 0) // zeros may follow the last packet
            return;
        use(packet);
        if (packet == QuicPacket::one_rtt || packet == QuicPacket::retry || packet == QuicPacket::version_negotiation)
            return;
        reader.vector8();
        reader.vector8();
        if (packet == QuicPacket::initial)
            reader.take(static_cast<std::size_t>(quic_number(reader)));
        reader.take(static_cast<std::size_t>(quic_number(reader)));
        if (!reader.ok())
            return;
    }
}

} // namespace

Side UdpFlow::side()
{
    return host_.frame().source == client_ ? Side::client : Side::server;
}

void UdpFlow::begin(Transport transport, bool client_sends, bool midway)
{
    const Frame &frame = host_.frame();
    client_ = client_sends ? frame.source : frame.destination;
    tracker_ = &host_.start({transport, stream_, client_, client_sends ? frame.destination : frame.source, false});
    tracker_->transport(TlsStarts{midway});
    if (transport == Transport::quic)
        tracker_->transport(QuicBytes{Side::client, std::exchange(bytes_before_, 0)});
    readers_ = {};
    hello_random_.clear();
}

constexpr std::size_t random_size = 32;

bool UdpFlow::begins_anew(Bytes hello) const
{
    return tracker_->outcome_known() && hello.size() >= 2 + random_size &&
           !std::ranges::equal(hello.subspan(2, random_size), hello_random_);
}

void UdpFlow::datagram(Bytes payload, std::size_t length)
{
    const auto first = first_message(payload);
    const bool hello = first && first->type == HandshakeType::client_hello;
    if (!tracker_ || (hello && first->sequence == 0 && begins_anew(first->body))) {
        const bool by_server =
            first && (first->type == HandshakeType::server_hello || first->type == HandshakeType::hello_verify_request);
        const bool by_port = host_.frame().source_port_is_higher();
        begin(Transport::dtls, hello || (!by_server && by_port), !hello);
    }
    if (hello && first->body.size() >= 2 + random_size)
        hello_random_.assign(first->body.begin() + 2, first->body.begin() + 2 + random_size);

    const Side from = side();
    host_.touch(*tracker_, from);
    const bool outcome_known = tracker_->outcome_known();
    const bool again = readers_[from].datagram(payload, length,
                                               [&](const RecordEvent &event) { tracker_->record_event(from, event); });
    if (again && !outcome_known)
        tracker_->transport(SentAgain{from});
}

void UdpFlow::quic(Bytes packets)
{
    if (!tracker_ && !begins_with_version_negotiation(packets)) {
        bytes_before_ += packets.size();
        return; // the conversation starts with the ClientHello that the dissector shows
    }
    const Side from = side();
    host_.touch(*tracker_, from);
    tracker_->transport(QuicBytes{from, packets.size()});
    each_quic_packet(packets, [&](QuicPacket packet) {
        if (packet == QuicPacket::handshake)
            tracker_->transport(QuicHandshakePacket{from});
        if (packet == QuicPacket::version_negotiation)
            tracker_->transport(QuicVersionsOffered{version_tried_, negotiated_versions(packets)});
        if (packet == QuicPacket::one_rtt)
            tracker_->transport(QuicOneRttPacket{from});
    });
}

// If the dissector does not know the version either, the first packet shows no ClientHello.
bool UdpFlow::begins_with_version_negotiation(Bytes packet)
{
    if (negotiated_versions(packet).empty()) {
        version_tried_ = quic_version(packet);
        return false;
    }
    begin(Transport::quic, false, false);
    if (version_tried_ != 0)
        tracker_->transport(EarlierPacketSeen{Side::client});
    return true;
}

void UdpFlow::message(Bytes message)
{
    Reader reader{message};
    const auto type = HandshakeType{reader.u8()};
    const Bytes body = reader.vector24().rest();
    if (!reader.ok())
        return;
    if (!tracker_) {
        if (type != HandshakeType::client_hello && type != HandshakeType::server_hello)
            return;
        const bool client_sends = type == HandshakeType::client_hello;
        begin(Transport::quic, client_sends, !client_sends);
        host_.touch(*tracker_, side());
    }
    const Conversation &c = tracker_->conversation();
    const bool hello = type == HandshakeType::client_hello || type == HandshakeType::server_hello;
    if (c.transport == Transport::quic) {
        // A retransmitted hello changes nothing; a second ClientHello answers a HelloRetryRequest.
        const bool again = type == HandshakeType::client_hello ? c.client_hello && !c.hello_retry_request
                                                               : type == HandshakeType::server_hello && c.server_hello;
        if (!again)
            tracker_->message(side(), static_cast<std::uint8_t>(type), body, !hello);
        else if (!tracker_->outcome_known())
            tracker_->transport(SentAgain{side()});
    } else if (!hello && (c.tls13() || type == HandshakeType::finished)) {
        tracker_->message(side(), static_cast<std::uint8_t>(type), body, true);
    }
}

void UdpFlow::alert(Alert alert)
{
    if (!tracker_ || tracker_->conversation().transport != Transport::dtls)
        return;
    const Conversation &c = tracker_->conversation();
    if (c.change_cipher_spec[side()] || c.tls13())
        tracker_->alert(side(), alert, true);
}

void UdpFlow::quic_close(std::uint64_t code)
{
    if (tracker_)
        tracker_->transport(QuicClose{side(), code});
}

void UdpFlow::end_frame()
{
    if (!tracker_ || tracker_->conversation().transport != Transport::dtls)
        return;
    for (const Side one : {Side::client, Side::server}) {
        const DtlsReader &reader = readers_[one];
        MessageIncomplete incomplete{one, std::nullopt};
        if (reader.mid_message())
            incomplete.message = OpaqueMessage{reader.message_type(), reader.message_announced(), false};
        tracker_->transport(incomplete);
    }
}

} // namespace tlsdiag
