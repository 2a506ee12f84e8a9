// Turns the records of a conversation into facts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_tracker.hpp"

#include "core/handshake/handshake_ending.hpp"
#include "core/handshake/handshake_messages.hpp"
#include "core/handshake/renegotiation.hpp"
#include "core/handshake/transport_facts.hpp"
#include "core/tls/parse.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

void HandshakeTracker::begin_frame(Side from, const Moment &now)
{
    Conversation &c = state_.conversation;
    state_.now = now;
    if (state_.observer)
        state_.observer->frame(now);
    if (!c.first)
        c.first = now;
    c.last = now;
    c.gaps.direction_missing[from] = false;
}

void HandshakeTracker::message(Side side, std::uint8_t type, Bytes body, bool decrypted)
{
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
    if (record.type != ContentType::alert) // an alert does not advance the handshake
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

// Only a side that never sent TLS is reported as not TLS; otherwise the reader has lost synchronization.
void HandshakeTracker::take(Side side, const NotTls &strange)
{
    Conversation &c = state_.conversation;
    if (outcome_known())
        c.lost_later[side] = true;
    if (outcome_known() || c.not_tls[side] || state_.unreadable())
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
    if (!c.gaps.first_gap[side])
        c.gaps.first_gap[side] = state_.now;
}

void HandshakeTracker::change_cipher_spec(Side side)
{
    Conversation &c = state_.conversation;
    c.change_cipher_spec[side] = state_.now;
    state_.show(&HandshakeObserver::change_cipher_spec, side);
    // An abbreviated handshake: the server sends ChangeCipherSpec without a certificate (RFC 5246, 7.3).
    if (side == Side::server && c.server_hello && !c.tls13() && !c.server_hello_done && !c.chain[Side::server] &&
        c.gaps.bytes_missing[Side::server] == 0)
        c.resumed = true;
}

void HandshakeTracker::encrypted(Side side, const RecordSeen &record)
{
    Conversation &c = state_.conversation;
    state_.show(&HandshakeObserver::encrypted, side, record, outcome_known() || c.gaps.started_midway);
    if (c.encrypted_records.empty())
        c.encrypted_records.reserve(max_encrypted_records / 4);
    if (c.encrypted_records.size() < max_encrypted_records)
        c.encrypted_records.push_back({state_.now, side, record.type, record.length});
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
