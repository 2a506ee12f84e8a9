// Turns what carriers report into the facts of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/transport_facts.hpp"

#include "core/base/text.hpp"
#include "core/handshake/handshake_ending.hpp"
#include "core/handshake/handshake_messages.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

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
    conversation_.plaintext_whole = plaintext.whole;
}

void TransportFacts::note(const FtpControl &)
{
    conversation_.ftp_control = true;
    if (state_.teaches)
        state_.history.learn_ftp(conversation_);
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

void TransportFacts::note(const StaysPlaintext &stay)
{
    if (stay.goes_on && conversation_.starttls_refused && !conversation_.went_on_plainly)
        conversation_.went_on_plainly = state_.now;
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
        if (segments.gap == 0)
            segments.gap_since = {};
        else if (!segments.gap_since)
            segments.gap_since = state_.now;
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
    state_.closings.push_back({closing.by, EndReason::closed, closing.at ? closing.at : state_.now});
    state_.unsettled = true;
}

void TransportFacts::note(const SideReset &closing)
{
    state_.closings.push_back({closing.by, EndReason::reset, state_.now});
    state_.unsettled = true;
}

void TransportFacts::note(const ResetDenied &denied)
{
    if (conversation_.ending.reason != EndReason::reset || conversation_.ending.by != denied.by ||
        conversation_.reset_denied)
        return;
    conversation_.reset_denied = state_.now;
    state_.emit(EventKind::reset_denied, denied.by);
}

// ---- Any transport ----

void TransportFacts::note(const SentAgain &again)
{
    ++conversation_.retransmissions[again.by];
    conversation_.hello_sent_again += again.hello ? 1 : 0;
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

// ---- DTLS ----

void TransportFacts::note(const CookieRequested &request)
{
    if (state_.outcome_known() || conversation_.server_hello)
        return;
    DtlsCookies &cookies = conversation_.cookies;
    cookies.refused += request.returned ? 1 : 0;
    cookies.forgotten += request.absent && cookies.requests > 0 ? 1 : 0;
    if (cookies.requests++ == 0)
        cookies.first = state_.now;
    cookies.last = state_.now;
}

// ---- QUIC ----

void TransportFacts::note(const QuicBytes &bytes)
{
    conversation_.bytes[bytes.by] += bytes.count;
}

void TransportFacts::note(const QuicHandshakePacket &packet)
{
    if (state_.outcome_known())
        return;
    state_.progress = state_.now.time;
    if (packet.by == Side::server)
        return;
    conversation_.quic_client_handshake = state_.now;
    conversation_.quic_finished_fits |= packet.finished_fits;
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

// RFC 9000, 6.2: the client gives up this attempt, unless it has had another packet of the server or the list has its
// version. A reserved version is tried in order to get the list (RFC 9000, 15).
void TransportFacts::note(const QuicVersionsOffered &offer)
{
    if (state_.outcome_known() || conversation_.quic_version_negotiation)
        return;
    conversation_.quic_version_negotiation = {state_.now,
                                              {offer.tried, {offer.supported.begin(), offer.supported.end()}}};
    state_.show(&HandshakeObserver::transport, offer);
    state_.emit(EventKind::quic_version_negotiation, Side::server);
    const bool valid = offer.tried != 0 && !is_reserved_quic_version(offer.tried) &&
                       std::ranges::find(offer.supported, offer.tried) == offer.supported.end();
    if (valid && conversation_.stage <= Stage::client_hello && !conversation_.hello_retry_request)
        state_.end(EndReason::version_refused, Side::server);
}

static bool says_timeout(const std::string &reason)
{
    std::string lower = reason;
    std::ranges::transform(lower, lower.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 'a' - 'A') : letter;
    });
    constexpr auto words =
        std::to_array<std::string_view>({"timeout", "timed out", "time out", "no recent network activity"});
    return std::ranges::any_of(words, [&](std::string_view one) { return lower.find(one) != lower.npos; });
}

// A side that closes because nothing came only tells of the silence before.
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
    constexpr std::size_t shown = 100;
    const std::string reason = printable(close.reason, shown);
    const Time since =
        conversation_.gaps.direction_missing[peer(close.by)] ? conversation_.first_client_hello.time : state_.progress;
    const Time waited = state_.now.time - since;
    const bool waited_long =
        conversation_.stage != Stage::nothing && waited >= state_.history.silence && waited <= longest_wait;
    const Side debtor = HandshakeEnding{state_}.owes();
    if (close.by != debtor && (waited_long || says_timeout(reason)))
        return state_.end(EndReason::silence, debtor);
    state_.end(EndReason::quic_close, close.by);
    conversation_.ending.quic_code = close.code;
    conversation_.ending.quic_reason = reason;
}

// ---- EAP ----

void TransportFacts::note(const EapPeers &peers)
{
    conversation_.client = peers.client;
    conversation_.server = peers.server;
}

void TransportFacts::note(const EapPacketSeen &packet)
{
    ++conversation_.eap_packets[packet.by];
    conversation_.eap_method = packet.method;
}

// EAP-Failure after the handshake is about what followed it. In TLS 1.3, the result can follow the client's Finished.
void TransportFacts::note(const EapResult &result)
{
    const bool matters = result.success ? !state_.outcome_known() : !conversation_.ending;
    if (conversation_.stage == Stage::nothing || conversation_.eap_failure || !matters)
        return;
    conversation_.only_radius = result.only_radius;
    state_.show(&HandshakeObserver::transport, result);
    if (result.success || HandshakeEnding{state_}.client_is_content())
        state_.complete();
    if (result.success)
        return;
    if (!conversation_.completed)
        return state_.end(EndReason::eap_failure, Side::server);
    conversation_.eap_failure = state_.now;
    state_.emit(EventKind::eap_failure, Side::server);
}

} // namespace tlsdiag
