// Turns what carriers report into the facts of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/transport_facts.hpp"

#include "core/handshake/handshake_ending.hpp"
#include "core/handshake/handshake_messages.hpp"

#include <algorithm>

namespace tlsdiag {

void TransportFacts::take(const TransportEvent &event)
{
    std::visit([this](const auto &one) { note(one); }, event);
}

// ---- How TLS starts ----

void TransportFacts::note(const TlsStarts &start)
{
    conversation_.gaps.started_midway = start.midway;
    conversation_.starttls_refused = {};
}

void TransportFacts::note(const EarlierPacketSeen &packet)
{
    conversation_.gaps.direction_missing[packet.by] = false;
}

void TransportFacts::note(const TcpOpening &opening)
{
    conversation_.tcp_syn = opening.syn;
    conversation_.tcp_syn_ack = opening.syn_ack;
    conversation_.tcp_ack = opening.ack;
}

void TransportFacts::note(const PlaintextBefore &plaintext)
{
    conversation_.plaintext_before.assign(plaintext.turns.begin(), plaintext.turns.end());
    conversation_.plaintext_first = plaintext.first;
}

void TransportFacts::note(const StarttlsRefused &refusal)
{
    conversation_.plaintext_before.assign(refusal.turns.begin(), refusal.turns.end());
    conversation_.starttls_refused = state_.now;
}

void TransportFacts::note(const StarttlsUnclear &)
{
    conversation_.starttls_refused = {};
}

void TransportFacts::note(const StaysPlaintext &)
{
    HandshakeEnding{state_}.stay_plaintext();
}

// ---- TCP ----

void TransportFacts::note(const SegmentSent &segment)
{
    Segments &segments = conversation_.segments[segment.by];
    segments.limit = segment.limit;
    segments.largest = std::max(segments.largest, segment.size);
    if (segment.stuck) {
        segments.stuck = std::max(segments.stuck, segment.size);
        ++segments.stuck_times;
    }
}

void TransportFacts::note(const SegmentAcknowledged &acknowledgment)
{
    Segments &segments = conversation_.segments[peer(acknowledgment.by)];
    if (acknowledgment.advances) {
        segments.stuck = segments.stuck_times = 0;
        segments.later_arrived = false;
    }
    segments.later_arrived |= acknowledgment.later_arrived;
}

void TransportFacts::note(const TcpOutstanding &outstanding)
{
    conversation_.gaps.tail_open = outstanding.tail_open;
    conversation_.gaps.gap_open = outstanding.gap_open;
    for (const Side side : {Side::client, Side::server}) {
        Segments &segments = conversation_.segments[side];
        segments.unacknowledged = outstanding.unacknowledged[side];
        segments.gap = outstanding.gap[side];
        // If later segments arrived, nobody received the bytes of the gap.
        conversation_.gaps.gap_open |= segments.gap > 0 && !segments.later_arrived;
    }
}

void TransportFacts::note(const GapOpens &)
{
    conversation_.gaps.gap_open = true;
}

void TransportFacts::note(const StreamBytes &bytes)
{
    conversation_.bytes = bytes.count;
}

void TransportFacts::note(const SideClosed &closing)
{
    state_.closings.emplace_back(closing.by, EndReason::closed);
    state_.unsettled = true;
}

void TransportFacts::note(const SideReset &closing)
{
    state_.closings.emplace_back(closing.by, EndReason::reset);
    state_.unsettled = true;
}

// ---- Any transport ----

void TransportFacts::note(const SentAgain &again)
{
    ++conversation_.retransmissions[again.by];
    state_.show(&HandshakeObserver::transport, again);
}

void TransportFacts::note(const PacketTruncated &)
{
    conversation_.gaps.truncated = true;
}

void TransportFacts::note(const MessageIncomplete &incomplete)
{
    if (incomplete.message)
        conversation_.incomplete[incomplete.by] = {conversation_.last, *incomplete.message};
    else
        conversation_.incomplete[incomplete.by] = {};
}

void TransportFacts::note(const Unreachable &error)
{
    if (state_.outcome_known())
        return;
    state_.show(&HandshakeObserver::transport, error);
    state_.end(EndReason::unreachable, error.sender);
    conversation_.ending.icmp = error.icmp;
}

// ---- QUIC ----

void TransportFacts::note(const QuicBytes &bytes)
{
    conversation_.bytes[bytes.by] += bytes.count;
}

void TransportFacts::note(const QuicHandshakePacket &packet)
{
    if (!state_.outcome_known() && packet.by == Side::client)
        conversation_.quic_client_handshake = state_.now;
}

// RFC 9001, 4.1.2: the server's answer to the client's first 1-RTT packet shows that it accepted the client's Finished.
void TransportFacts::note(const QuicOneRttPacket &packet)
{
    state_.progress = state_.now.time;
    if (state_.outcome_known() || conversation_.stage < Stage::server_hello)
        return;
    state_.show(&HandshakeObserver::transport, packet);
    if (packet.by == Side::client)
        state_.reach(Stage::client_flight);
    else if (conversation_.stage == Stage::client_flight)
        state_.complete();
}

void TransportFacts::note(const QuicVersionsOffered &offer)
{
    if (state_.outcome_known() || conversation_.quic_version_negotiation)
        return;
    conversation_.quic_version_negotiation = {state_.now,
                                              {offer.tried, {offer.supported.begin(), offer.supported.end()}}};
    state_.show(&HandshakeObserver::transport, offer);
    state_.emit(EventKind::quic_version_negotiation, Side::server);
}

void TransportFacts::note(const QuicClose &close)
{
    // RFC 9001, 4.8: an alert is a connection error of 0x0100 + its description.
    if (close.code >= 0x0100 && close.code <= 0x01ff) {
        const Alert alert{.level = 2, .description = static_cast<std::uint8_t>(close.code)};
        HandshakeMessages{state_}.alert(close.by, alert, conversation_.stage > Stage::server_hello);
        return;
    }
    state_.show(&HandshakeObserver::transport, close);
    if (state_.outcome_known())
        return;
    state_.end(EndReason::quic_close, close.by);
    conversation_.ending.quic_code = close.code;
}

// ---- EAP ----

void TransportFacts::note(const EapPacketSeen &packet)
{
    ++conversation_.eap_packets[packet.by];
}

void TransportFacts::note(const EapResult &result)
{
    if (state_.outcome_known() || conversation_.stage == Stage::nothing)
        return;
    state_.show(&HandshakeObserver::transport, result);
    result.success ? state_.complete() : state_.end(EndReason::eap_failure, Side::server);
}

} // namespace tlsdiag
