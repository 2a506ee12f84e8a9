// Passes events on to the flows that carry TLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/capture.hpp"

#include "core/net/icmp.hpp"
#include "core/net/quoted_packet.hpp"

namespace tlsdiag {

Capture::Capture(const Settings &settings, ConversationObserver *observer)
    : knowledge_{settings}, conversations_{knowledge_.history, clock_, frames_, observer},
      eviction_{conversations_, carriers_}, results_{knowledge_, conversations_, carriers_, clock_, frames_}
{
}

// ---- Events ----

void Capture::begin_frame(const Frame &frame)
{
    in_frame_ = clock_.begin(frame);
    carried_by(nobody_);
    radius_now_.reset();
    conversations_.begin_frame();
}

void Capture::carried_by(Carrier &carrier)
{
    carrier_ = &carrier;
    tcp_now_ = nullptr;
}

static bool closes(Bytes tcp_header)
{
    constexpr std::size_t flags = 13;
    constexpr std::uint8_t fin = 0x01, rst = 0x04;
    return tcp_header.size() > flags && (tcp_header[flags] & (fin | rst)) != 0;
}

void Capture::tcp(std::uint32_t stream, Bytes header, Bytes payload, std::size_t length)
{
    carried_by(nobody_);
    if (!in_frame_)
        return;
    if (TcpFlow *flow = carriers_.tcp.flow(conversations_, stream)) {
        carried_by(*flow);
        tcp_now_ = flow;
        flow->segment(header, payload, length);
    } else if (const auto ended = carriers_.tcp.ended(stream)) {
        conversations_.late_packet(*ended, length > 0 || closes(header));
    }
}

// Returns nullptr if this stream is not followed.
UdpFlow *Capture::carried_by_udp(std::uint32_t stream)
{
    carried_by(nobody_);
    if (!in_frame_)
        return nullptr;
    UdpFlow *flow = carriers_.udp.flow(stream, [&] { return std::make_unique<UdpFlow>(conversations_, stream); });
    if (flow)
        carried_by(*flow);
    else
        conversations_.late_packet(*carriers_.udp.ended(stream), true);
    return flow;
}

void Capture::datagram(std::uint32_t stream, Bytes payload, std::size_t length)
{
    if (UdpFlow *flow = carried_by_udp(stream))
        flow->datagram(payload, length);
}

void Capture::quic(std::uint32_t stream, Bytes packet)
{
    if (UdpFlow *flow = carried_by_udp(stream))
        flow->quic(packet);
}

void Capture::openvpn(std::uint32_t stream, std::uint8_t type, Bytes numbered)
{
    carried_by(nobody_);
    if (!in_frame_)
        return;
    OpenvpnFlow *flow =
        carriers_.openvpn.flow(stream, [&] { return std::make_unique<OpenvpnFlow>(conversations_, stream); });
    if (!flow)
        return conversations_.late_packet(*carriers_.openvpn.ended(stream), true);
    carried_by(*flow);
    flow->packet(type, numbered);
}

void Capture::radius(std::optional<std::uint32_t> stream, Bytes bytes)
{
    const std::optional<RadiusPacket> packet = in_frame_ ? parse_radius(bytes) : std::nullopt;
    if (!packet)
        return;
    constexpr std::uint32_t no_stream = UINT32_MAX;
    radius_now_ = carriers_.eap_sessions.over_radius(stream.value_or(no_stream), clock_.frame(), *packet);
    const bool result = packet->code == RadiusCode::accept || packet->code == RadiusCode::reject;
    if (!result || packet->has_eap)
        return;
    EapFlow *flow = eap_flow(radius_now_->number, stream);
    if (flow && flow->tracker()) {
        carried_by(*flow);
        flow->result(packet->code == RadiusCode::accept, true);
    } else if (flow) {
        carriers_.eap.forget(radius_now_->number);
    }
}

void Capture::eap(std::optional<std::uint32_t> stream, Bytes bytes, std::size_t length)
{
    const std::optional<EapPacket> packet = parse_eap(bytes, length);
    if (!in_frame_ || !packet)
        return;
    EapSessions &sessions = carriers_.eap_sessions;
    const EapSession session = radius_now_ ? *radius_now_
                               : stream    ? sessions.over_udp(*stream, clock_.frame(), *packet)
                                           : sessions.over_lan(clock_.frame(), *packet);
    if (packet->start)
        carriers_.eap.restart(session.number);
    EapFlow *flow = eap_flow(session.number, stream);
    if (!flow)
        return;
    carried_by(*flow);
    flow->packet(session, *packet);
    if (flow->tracker()) {
        carriers_.eap_session_of[flow->tracker()->conversation().number] = session.number;
    } else {
        carried_by(nobody_);
        carriers_.eap.forget(session.number);
    }
}

// Returns nullptr if this authentication is not followed any more.
EapFlow *Capture::eap_flow(std::uint32_t session, std::optional<std::uint32_t> stream)
{
    EapFlow *flow = carriers_.eap.flow(session, [&] { return std::make_unique<EapFlow>(conversations_, stream); });
    if (!flow)
        conversations_.late_packet(*carriers_.eap.ended(session), true);
    return flow;
}

// An error that quotes a packet of a conversation (RFC 792, RFC 4443): that packet was not delivered.
void Capture::icmp(bool v6, Bytes packet)
{
    if (const auto too_big = packet_too_big(v6, packet)) {
        knowledge_.history.learn_mtu({too_big->packet.source, too_big->packet.destination},
                                     {too_big->mtu, clock_.frame().moment.frame});
        return;
    }
    Reader reader{packet};
    const std::uint8_t type = reader.u8(), code = reader.u8();
    reader.take(6);
    if (type != (v6 ? 1 : 3)) // destination unreachable
        return;
    const std::optional<QuotedPacket> quoted = quoted_packet(v6, reader.rest());
    if (!in_frame_ || !quoted || !quoted->udp)
        return; // for TCP it is a soft error: retransmission continues (RFC 1122, 4.2.3.9)
    const auto number = static_cast<std::uint16_t>(type << 8 | code);
    unreachable(quoted->source, quoted->destination, number);
}

void Capture::unreachable(const Endpoint &sender, const Endpoint &receiver, std::uint16_t icmp)
{
    for (HandshakeTracker *tracker :
         {conversations_.between(sender, receiver), conversations_.between(receiver, sender)}) {
        if (!tracker)
            continue;
        const Side side = sender == tracker->conversation().client ? Side::client : Side::server;
        conversations_.touch(*tracker, peer(side));
        tracker->transport(Unreachable{side, icmp});
    }
}

void Capture::end_frame()
{
    if (!in_frame_)
        return;
    in_frame_ = false;
    carrier_->end_frame();
    conversations_.settle_frame();
    eviction_.frame_over(tcp_now_);
    carried_by(nobody_);
}

// ---- Results ----

void Capture::keep_metrics()
{
    conversations_.keep_metrics();
    carriers_.tcp.keep_metrics();
}

std::vector<std::uint32_t> Capture::newly_judged(Time now)
{
    LiveVerdicts &verdicts = conversations_.live_verdicts();
    clock_.ask(now);
    return verdicts.take(now, results_.end_of_open());
}

} // namespace tlsdiag
