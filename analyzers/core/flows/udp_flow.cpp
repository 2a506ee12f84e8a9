// Follows DTLS (RFC 6347, RFC 9147) on one UDP stream, and hands QUIC on.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/udp_flow.hpp"

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

} // namespace

Side UdpFlow::side()
{
    return host_.frame().source == client_ ? Side::client : Side::server;
}

void UdpFlow::begin(bool client_sends, bool midway)
{
    const Frame &frame = host_.frame();
    client_ = client_sends ? frame.source : frame.destination;
    tracker_ =
        &host_.start({Transport::dtls, stream_, client_, client_sends ? frame.destination : frame.source, false});
    tracker_->transport(TlsStarts{midway});
    readers_ = {};
    hello_random_.clear();
    cookie_asked_.clear();
    cookie_sent_.clear();
}

constexpr std::size_t random_size = 32;

// A client that returns a cookie sends the same random again (RFC 6347, 4.2.1).
bool UdpFlow::begins_anew(Bytes hello) const
{
    return (tracker_->outcome_known() || !hello_random_.empty()) && hello.size() >= 2 + random_size &&
           !std::ranges::equal(hello.subspan(2, random_size), hello_random_);
}

void UdpFlow::datagram(Bytes payload, std::size_t length)
{
    in_quic_ = false;
    const auto first = first_message(payload);
    const bool hello = first && first->type == HandshakeType::client_hello;
    if (!tracker_ && !DtlsReader::looks_like_record(payload, length))
        return; // on DTLS's port, but something else
    if (!tracker_ || (hello && first->sequence == 0 && begins_anew(first->body))) {
        const bool by_server =
            first && (first->type == HandshakeType::server_hello || first->type == HandshakeType::hello_verify_request);
        const bool by_port = host_.frame().source_port_is_higher();
        begin(hello || (!by_server && by_port), !hello);
    }
    if (hello && first->body.size() >= 2 + random_size)
        hello_random_.assign(first->body.begin() + 2, first->body.begin() + 2 + random_size);

    const Side from = side();
    host_.touch(*tracker_, from);
    if (first && from == Side::server)
        asked_for_cookie(first->type, first->body);
    const bool outcome_known = tracker_->outcome_known();
    const bool again = readers_[from].datagram(payload, length, [&](const RecordEvent &event) {
        if (const auto *message = std::get_if<HandshakeBytes>(&event))
            learn_path(from, HandshakeType{message->type}, message->body);
        tracker_->record_event(from, event);
    });
    if (again && !outcome_known)
        tracker_->transport(SentAgain{from});
}

// A stateless server sends its request again with the same message_seq, which the reader takes for a retransmission.
void UdpFlow::asked_for_cookie(HandshakeType type, Bytes body)
{
    if (type != HandshakeType::hello_verify_request && type != HandshakeType::server_hello)
        return;
    Octets cookie = read_path_info(type, body).cookie;
    if (cookie.empty())
        return;
    tracker_->transport(CookieRequested{cookie_sent_ == cookie_asked_ && !cookie_sent_.empty(), cookie_sent_.empty()});
    cookie_asked_ = std::move(cookie);
}

// Each side tells the length of the connection id that it wants to receive.
void UdpFlow::learn_path(Side from, HandshakeType type, Bytes body)
{
    const bool client_hello = type == HandshakeType::client_hello && from == Side::client;
    if (!client_hello && !(type == HandshakeType::server_hello && from == Side::server))
        return;
    DtlsPathInfo info = read_path_info(type, body);
    if (info.connection_id)
        readers_[peer(from)].connection_id(*info.connection_id);
    if (client_hello)
        cookie_sent_ = std::move(info.cookie);
}

void UdpFlow::quic(Bytes packets)
{
    in_quic_ = true;
    quic_.packets(packets);
}

void UdpFlow::message(Bytes message)
{
    if (in_quic_)
        return quic_.message(message);
    Reader reader{message};
    const auto type = HandshakeType{reader.u8()};
    const Bytes body = reader.vector24().rest();
    if (!reader.ok() || !tracker_)
        return;
    const bool hello = type == HandshakeType::client_hello || type == HandshakeType::server_hello;
    if (!hello && (tracker_->conversation().tls13() || type == HandshakeType::finished))
        tracker_->message(side(), static_cast<std::uint8_t>(type), body, true);
}

void UdpFlow::alert(Alert alert)
{
    if (!tracker_ || in_quic_)
        return;
    const Conversation &c = tracker_->conversation();
    if (c.change_cipher_spec[side()] || c.tls13())
        tracker_->alert(side(), alert, true);
}

void UdpFlow::quic_close(std::uint64_t code, Bytes reason)
{
    if (in_quic_)
        quic_.close(code, reason);
}

bool UdpFlow::forget(std::uint32_t conversation)
{
    const bool own = tracker_ && tracker_->conversation().number == conversation;
    if (own)
        tracker_ = nullptr;
    return (own || quic_.forget(conversation)) && !tracker_ && quic_.empty();
}

void UdpFlow::end_frame()
{
    if (!tracker_)
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
