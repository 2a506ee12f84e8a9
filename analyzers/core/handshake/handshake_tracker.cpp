// Turns the records of a conversation into facts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_tracker.hpp"

#include "core/base/text.hpp"
#include "core/handshake/handshake_ending.hpp"
#include "core/handshake/handshake_messages.hpp"
#include "core/handshake/renegotiation.hpp"
#include "core/handshake/transport_facts.hpp"
#include "core/tls/parse.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

static void note(HopLimits &limits, std::uint8_t hop_limit)
{
    const auto place =
        std::ranges::find_if(limits.seen, [&](std::uint8_t one) { return one == 0 || one == limits.last; });
    if (place != limits.seen.end())
        *place = limits.last;
    limits.last = hop_limit;
}

void HandshakeTracker::begin_frame(Side from, const Moment &now, std::uint8_t hop_limit)
{
    Conversation &c = state_.conversation;
    if (hop_limit != 0 && now.frame != state_.now.frame)
        note(c.hop_limits[from], hop_limit);
    state_.now = now;
    state_.sender = from;
    if (state_.observer)
        state_.observer->frame(now);
    if (!c.first)
        c.first = now;
    c.last = now;
    c.gaps.direction_missing[from] = false;
}

void HandshakeTracker::message(Side side, std::uint8_t type, Bytes body, bool decrypted)
{
    if (state_.conversation.transport == Transport::quic)
        state_.progress = state_.now.time;
    HandshakeMessages{state_}.message(side, type, body, decrypted);
}

void HandshakeTracker::alert(Side side, Alert alert, bool decrypted)
{
    HandshakeMessages{state_}.alert(side, alert, decrypted);
}

void HandshakeTracker::transport(const TransportEvent &event)
{
    TransportFacts{state_}.take(event);
}

// ---- Records ----

void HandshakeTracker::record_event(Side side, const RecordEvent &event)
{
    std::visit([&](const auto &one) { take(side, one); }, event);
}

void HandshakeTracker::take(Side side, const RecordSeen &record)
{
    Conversation &c = state_.conversation;
    c.last_record[side] = record;
    // An alert does not advance the handshake, and over UDP a record can be sent again.
    if (record.type != ContentType::alert && c.transport != Transport::dtls)
        state_.progress = state_.now.time;
    c.bytes[side] += record.length;
    if (!c.first_tls[side] && record.length > 0) // a valid record is not empty at this point (RFC 8446, 5.1)
        c.first_tls[side] = state_.now;
    if (c.completed && record.type != ContentType::application_data && !c.tls13())
        RenegotiationTracker{state_}.record(side, record.type);
    if (record.type == ContentType::change_cipher_spec && !c.change_cipher_spec[side])
        change_cipher_spec(side);
    else if (record.encrypted)
        encrypted(side, record);
}

void HandshakeTracker::take(Side side, const Heartbeat &heartbeat)
{
    Conversation &c = state_.conversation;
    const bool perhaps_encrypted = c.gaps.started_midway || c.gaps.any_bytes_missing();
    if (state_.outcome_known() || perhaps_encrypted || side != Side::client || !heartbeat.asks_for_more() ||
        c.heartbeat)
        return;
    c.heartbeat = {state_.now, heartbeat};
    state_.emit(EventKind::heartbeat, side);
}

void HandshakeTracker::take(Side side, const Alert &one)
{
    alert(side, one, false);
}

void HandshakeTracker::take(Side side, const HandshakeBytes &message)
{
    Moment &first = state_.conversation.first_tls[side];
    if (!first)
        first = state_.now;
    state_.progress = state_.now.time;
    HandshakeMessages messages{state_};
    message.sslv2 ? messages.message(side, parse_sslv2(message.body), false)
                  : messages.message(side, message.type, message.body, false, message.message_seq);
}

void HandshakeTracker::take(Side side, const HandshakeTooLong &message)
{
    state_.conversation.too_long[side] = {state_.now, message};
    state_.show(&HandshakeObserver::too_long, side, message);
    state_.conversation.transcript.forget();
}

// A side that never sent TLS does not speak it. One that did goes on without TLS, unless the reader lost its place.
void HandshakeTracker::take(Side side, const NotTls &strange)
{
    Conversation &c = state_.conversation;
    const bool lost = c.lost_later[side];
    if (outcome_known())
        c.lost_later[side] = true;
    if (c.not_tls[side] || state_.unreadable())
        return;
    const bool place_known = !lost && !c.gaps.started_midway && c.gaps.bytes_missing[side] == 0;
    if (c.transport == Transport::tcp && !c.inner && c.first_tls[side] && place_known)
        return plain_after_tls(side, strange);
    if (outcome_known())
        return;
    const bool said_to_be_tls = c.transport == Transport::eap; // by the EAP method number
    if (said_to_be_tls || c.first_tls[side] || c.gaps.any_bytes_missing()) {
        missing(side, strange.first.size());
        return;
    }
    c.not_tls[side] = {state_.now, strange};
    state_.show(&HandshakeObserver::not_tls, side, strange);
    state_.end(EndReason::not_tls, side);
}

void HandshakeTracker::plain_after_tls(Side side, const NotTls &strange)
{
    Conversation &c = state_.conversation;
    if (c.plain_after[side])
        return;
    c.plain_after[side] = {state_.now, strange};
    state_.show(&HandshakeObserver::not_tls, side, strange);
    // A server that leaves TLS in the middle of the handshake has ended it: an error message of a daemon.
    if (side == Side::server && c.stage < Stage::client_flight && begins_with_text(strange.first) && !outcome_known()) {
        c.not_tls[side] = c.plain_after[side];
        state_.end(EndReason::not_tls, side);
    }
    state_.emit(EventKind::plain_after_tls, side);
}

void HandshakeTracker::take(Side side, const BytesMissing &gap)
{
    missing(side, gap.count);
}

void HandshakeTracker::missing(Side side, std::uint64_t count)
{
    Conversation &c = state_.conversation;
    const bool known_midway = c.gaps.started_midway && count == 0;
    if (outcome_known())
        c.lost_later[side] = true;
    if (outcome_known() || known_midway)
        return;
    state_.show(&HandshakeObserver::missing, side, count);
    c.transcript.forget();
    c.gaps.bytes_missing[side] += std::max<std::uint64_t>(count, 1);
    c.gaps.number_unknown[side] |= count == 0;
    if (!c.gaps.first_gap[side])
        c.gaps.first_gap[side] = state_.now;
}

void HandshakeTracker::change_cipher_spec(Side side)
{
    Conversation &c = state_.conversation;
    c.change_cipher_spec[side] = state_.now;
    state_.progress = state_.now.time;
    state_.show(&HandshakeObserver::change_cipher_spec, side);
    // An abbreviated handshake: the server sends ChangeCipherSpec without a certificate (RFC 5246, 7.3).
    if (side == Side::server && c.server_hello && !c.tls13() && !c.server_hello_done && !c.chain[Side::server] &&
        c.gaps.bytes_missing[Side::server] == 0)
        c.resumed = true;
}

// If the content's type is encrypted too (RFC 9146), only its size tells that it is no alert. The short header of
// DTLS 1.3 is none in a connection of an earlier version.
static bool is_data(const RecordSeen &record)
{
    constexpr std::uint32_t longest_alert = 64;
    constexpr Version dtls13 = 0xfefc;
    return record.version != dtls13 && record.type == ContentType::application_data &&
           (!record.type_hidden || record.length > longest_alert);
}

// Whether a record of the same kind and size came some time before. DTLS sends whole flights again, with new sequence
// numbers (RFC 6347, 4.2.4: after a second; nobody waits less than the time here).
bool HandshakeTracker::sent_again(Side side, const RecordSeen &record) const
{
    constexpr Time shortest_timer = second / 5;
    return std::ranges::any_of(state_.conversation.encrypted_records, [&](const EncryptedRecord &one) {
        return one.by == side && one.type == record.type && one.epoch == record.epoch && one.length == record.length &&
               state_.now.time - one.at.time >= shortest_timer;
    });
}

void HandshakeTracker::encrypted(Side side, const RecordSeen &record)
{
    Conversation &c = state_.conversation;
    state_.show(&HandshakeObserver::encrypted, side, record, outcome_known() || c.gaps.started_midway);
    if (c.transport == Transport::dtls && !outcome_known()) {
        if (!sent_again(side, record))
            state_.progress = state_.now.time;
        else if (c.tls13()) // the messages of earlier versions have numbers that tell it
            ++c.retransmissions[side];
    }
    if (c.encrypted_records.empty())
        c.encrypted_records.reserve(max_encrypted_records / 4);
    if (c.encrypted_records.size() < max_encrypted_records)
        c.encrypted_records.push_back({state_.now, side, record.type, record.length, false, record.epoch});
    if (record.type == ContentType::application_data && !c.application_data[side] && !c.tls13())
        c.application_data[side] = state_.now;
    if (outcome_known())
        return;
    if (c.tls13()) {
        state_.encrypted_unread = state_.unsettled = true;
        return;
    }
    if (record.type == ContentType::alert) {
        state_.end(EndReason::encrypted_alert, side);
    } else if (c.transport == Transport::dtls && is_data(record) && c.server_hello) {
        // There is no false start in DTLS, so its sender has the peer's Finished, and the last flight was lost.
        state_.reach(Stage::client_flight);
        state_.complete();
    } else if (record.type == ContentType::handshake && c.change_cipher_spec[side] && !c.finished[side]) {
        c.finished[side] = state_.now;
        state_.finished_seen(side);
    }
}

// ---- When to judge ----

void HandshakeTracker::settle()
{
    HandshakeEnding{state_}.settle();
}

bool HandshakeTracker::end_frame()
{
    if (!state_.unsettled)
        return false;
    settle();
    state_.unsettled = false;
    return true;
}

void HandshakeTracker::end_of_capture(Time now)
{
    end_frame();
    HandshakeEnding{state_}.end_of_capture(now);
    end_frame();
    state_.emit(EventKind::capture_end, Side::client);
}

HandshakeTracker HandshakeTracker::if_capture_ended(Time now) const
{
    HandshakeTracker copy = detached_copy();
    copy.end_of_capture(now);
    return copy;
}

HandshakeTracker HandshakeTracker::detached_copy() const
{
    HandshakeTracker copy = *this;
    copy.state_.teaches = false;
    copy.state_.observer = nullptr;
    return copy;
}

} // namespace tlsdiag
