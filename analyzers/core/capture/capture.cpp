// Passes events on to the flows that carry TLS, and records what each frame shows.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/capture.hpp"

#include "core/diagnosis/examine.hpp"
#include "core/flows/eap_flow.hpp"
#include "core/flows/tcp_flow.hpp"
#include "core/flows/udp_flow.hpp"
#include "core/net/icmp.hpp"
#include "core/net/quoted_packet.hpp"

#include <algorithm>

namespace tlsdiag {

// Stream numbers count up from 0, so a much larger number is invalid.
constexpr std::uint32_t max_streams = 50'000'000;

Capture::Capture(const Settings &settings)
{
    std::string error;
    trust_ = TrustStore::load(settings.trust_store, error);
    if (!error.empty())
        notes_.push_back(error + "; certificates are judged without a trust store");
    else if (trust_.absent())
        notes_.push_back("This system has no trust store: chains are judged as with trust_store \"none\".");
    error.clear();
    receiver_limits_ =
        settings.size_table.empty() ? ReceiverLimits::builtin() : ReceiverLimits::load(settings.size_table, error);
    if (!error.empty())
        notes_.push_back(error);
    history_.certificates = &certificates_;
    history_.trust = &trust_;
    history_.receiver_limits = &receiver_limits_;
    history_.silence = settings.silence;
}

Capture::~Capture() = default;

std::vector<std::string> Capture::notes() const
{
    return notes_;
}

// ---- Events ----

void Capture::begin_frame(const Frame &frame)
{
    in_frame_ = frame.moment.frame > frame_.moment.frame;
    if (in_frame_) {
        clock_gaps_.frame(frame_.moment, frame.moment);
        frame_ = frame;
    }
    carried_by(nullptr, nullptr, nullptr);
    touched_.clear();
}

void Capture::carried_by(TcpFlow *tcp, UdpFlow *udp, EapFlow *eap)
{
    tcp_now_ = tcp;
    udp_now_ = udp;
    eap_now_ = eap;
}

static bool closes(Bytes tcp_header)
{
    constexpr std::size_t flags = 13;
    constexpr std::uint8_t fin = 0x01, rst = 0x04;
    return tcp_header.size() > flags && (tcp_header[flags] & (fin | rst)) != 0;
}

void Capture::tcp(std::uint32_t stream, Bytes header, Bytes payload, std::size_t length)
{
    carried_by(nullptr, nullptr, nullptr);
    if (!in_frame_ || stream >= max_streams)
        return;
    if (stream >= tcp_.size()) {
        tcp_.resize(stream + 1);
        tcp_ended_.resize(stream + 1);
    }
    if (tcp_ended_[stream] != 0) {
        if (tcp_ended_[stream] != not_followed)
            came_late(tcp_ended_[stream] - 1, length > 0 || closes(header));
        return;
    }
    std::unique_ptr<TcpFlow> &flow = tcp_[stream];
    if (!flow) {
        flow = std::make_unique<TcpFlow>(*this, stream);
        plain_.push_back(stream);
    }
    carried_by(flow.get(), nullptr, nullptr);
    flow->segment(header, payload, length);
}

// Returns nullptr if this stream is not followed.
UdpFlow *Capture::carried_by_udp(std::uint32_t stream)
{
    carried_by(nullptr, nullptr, nullptr);
    if (!in_frame_)
        return nullptr;
    if (const auto ended = udp_ended_.find(stream); ended != udp_ended_.end()) {
        came_late(ended->second, true);
        return nullptr;
    }
    std::unique_ptr<UdpFlow> &flow = udp_[stream];
    if (!flow)
        flow = std::make_unique<UdpFlow>(*this, stream);
    carried_by(nullptr, flow.get(), nullptr);
    return flow.get();
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

void Capture::eap(std::optional<std::uint32_t> stream, Bytes bytes, std::size_t length)
{
    const std::optional<EapPacket> packet = parse_eap(bytes, length);
    if (!in_frame_ || !packet)
        return;
    eap_from_ = packet->code == EapCode::response ? Side::client : Side::server;
    const Endpoint key = eap_carrier(stream, eap_from_ == Side::client ? frame_.source : frame_.destination);
    if (const auto ended = eap_ended_.find(key); ended != eap_ended_.end()) {
        if (!packet->start) {
            came_late(ended->second, true);
            return;
        }
        eap_ended_.erase(ended);
    }
    std::unique_ptr<EapFlow> &flow = eap_[key];
    if (!flow)
        flow = std::make_unique<EapFlow>(*this, stream);
    carried_by(nullptr, nullptr, flow.get());
    flow->packet(*packet);
}

void Capture::record(bool inner, Bytes record)
{
    if (tcp_now_)
        tcp_now_->record(inner, record);
}

void Capture::message(Bytes message)
{
    if (tcp_now_)
        tcp_now_->message(message);
    else if (udp_now_)
        udp_now_->message(message);
    else if (eap_now_)
        eap_now_->message(eap_from_, message);
}

void Capture::alert(Alert alert)
{
    if (tcp_now_)
        tcp_now_->alert(alert);
    else if (udp_now_)
        udp_now_->alert(alert);
    else if (eap_now_)
        eap_now_->alert(eap_from_, alert);
}

void Capture::quic_close(std::uint64_t code)
{
    if (udp_now_)
        udp_now_->quic_close(code);
}

// An error that quotes a packet of a conversation (RFC 792, RFC 4443): that packet was not delivered.
void Capture::icmp(bool v6, Bytes packet)
{
    if (const auto too_big = packet_too_big(v6, packet)) {
        history_.learn_mtu({too_big->packet.source, too_big->packet.destination}, {too_big->mtu, frame_.moment.frame});
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
    for (const auto &ends :
         {std::pair{quoted->source, quoted->destination}, std::pair{quoted->destination, quoted->source}}) {
        const auto found = udp_by_ends_.find(ends);
        if (found == udp_by_ends_.end())
            continue;
        HandshakeTracker *tracker = tracked_[found->second].tracker.get();
        if (!tracker)
            continue;
        const Side sender = quoted->source == tracker->conversation().client ? Side::client : Side::server;
        touch(*tracker, peer(sender));
        tracker->transport(Unreachable{sender, number});
    }
}

void Capture::end_frame()
{
    if (!in_frame_)
        return;
    in_frame_ = false;
    if (tcp_now_)
        tcp_now_->end_frame();
    if (udp_now_)
        udp_now_->end_frame();
    if (eap_now_)
        eap_now_->end_frame();
    for (const std::uint32_t number : touched_)
        settle(number);
    if (tcp_now_)
        let_go(*tcp_now_);
    carried_by(nullptr, nullptr, nullptr);
    retire_finished();
    forget_plain_flows();
    make_room();
}

// ---- Conversations ----

HandshakeTracker &Capture::start(const Carrier &carrier)
{
    const auto number = static_cast<std::uint32_t>(tracked_.size());
    tracked_.emplace_back();
    open_.push_back(number);
    auto tell = [](Conversation &conversation, const Event &event) { examine_all(conversation, event); };
    tracked_.back().tracker = std::make_unique<HandshakeTracker>(history_, tell, number, carrier);
    HandshakeTracker &tracker = *tracked_.back().tracker;
    tracker.observe(ladders_.begin(number));
    if (carrier.transport == Transport::dtls || carrier.transport == Transport::quic)
        udp_by_ends_[{carrier.client, carrier.server}] = number;
    if (live_verdicts_)
        watch(number);
    return tracker;
}

void Capture::touch(HandshakeTracker &tracker, Side from)
{
    tracker.begin_frame(from, frame_.moment);
    belongs(tracker.conversation().number);
}

void Capture::belongs(std::uint32_t conversation)
{
    if (std::ranges::find(touched_, conversation) != touched_.end())
        return;
    touched_.push_back(conversation);
    note_frame(frame_.moment.frame, conversation);
}

void Capture::adopt(const Moment &earlier, std::uint32_t conversation)
{
    if (earlier && earlier.frame < frame_.moment.frame)
        note_frame(earlier.frame, conversation);
}

void Capture::note_frame(std::uint32_t frame, std::uint32_t conversation)
{
    if (frame >= conversation_of_.size())
        conversation_of_.resize(std::max<std::size_t>(frame + 1, conversation_of_.size() * 3 / 2));
    if (conversation_of_[frame] == 0)
        conversation_of_[frame] = conversation + 1;
    else
        more_conversations_of_.emplace(frame, conversation);
}

void Capture::settle(std::uint32_t number)
{
    Tracked &one = tracked_[number];
    if (!one.tracker) {
        if (one.summary)
            one.summary->last = frame_.moment;
        return;
    }
    HandshakeTracker &tracker = *one.tracker;
    if (!tracker.end_frame())
        return;
    const std::uint32_t findings_before = one.findings_shown;
    const Conversation &c = tracker.conversation();
    if (!one.verdict && tracker.outcome_known())
        judge_now(one, false);
    const std::uint32_t frame = frame_.moment.frame;
    const auto &request = c.certificate_request;
    const bool new_list = request && request.at.frame == frame && request->authorities;
    if (new_list)
        ca_lists_[{frame, number}] = {request->authorities->count, request->authorities->bytes};
    const bool new_verdict = one.verdict && one.verdict->at.frame == frame;
    if (c.findings.size() > findings_before || new_verdict || new_list)
        show(frame, number, c.findings.size() > findings_before ? TLSDIAG_SHOWS_FINDINGS : TLSDIAG_SHOWS_FACTS);
    one.findings_shown = static_cast<std::uint32_t>(c.findings.size());
    if (!one.closing && tracker.closed() && c.transport == Transport::tcp && !c.inner) {
        one.closing = true;
        finished_.emplace_back(number, frame_.moment.time);
    }
}

void Capture::show(std::uint32_t frame, std::uint32_t conversation, tlsdiag_shows_e what)
{
    mark(frame, what);
    const auto [begin, end] = shown_.equal_range(frame);
    if (std::none_of(begin, end, [&](const auto &one) { return one.second == conversation; }))
        shown_.emplace(frame, conversation);
}

void Capture::mark(std::uint32_t frame, tlsdiag_shows_e what)
{
    if (frame >= shows_.size())
        shows_.resize(std::max<std::size_t>(frame + 1, shows_.size() * 3 / 2));
    shows_[frame] = std::max(shows_[frame], static_cast<std::uint8_t>(what));
}

} // namespace tlsdiag
