// Turns records, messages and alerts into the facts of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_tracker.hpp"

#include "core/tls/parse.hpp"
#include "ladder/timeline.hpp"

#include <algorithm>

namespace tlsdiag {

HandshakeTracker::HandshakeTracker(CaptureHistory &history, std::function<void(Conversation &, const Event &)> on_event)
    : history_{history}, on_event_{std::move(on_event)}
{
    conversation_.history = &history;
    conversation_.gaps.direction_missing[Side::client] = conversation_.gaps.direction_missing[Side::server] = true;
}

void HandshakeTracker::frame(Side from, const Moment &now)
{
    now_ = now;
    if (timeline_)
        timeline_->frame(now);
    if (!conversation_.first)
        conversation_.first = now;
    conversation_.last = now;
    conversation_.gaps.direction_missing[from] = false;
}

void HandshakeTracker::emit(EventKind kind, Side side)
{
    has_events_ = true;
    on_event_(conversation_, Event{kind, side, now_});
}

void HandshakeTracker::stage(Stage reached)
{
    conversation_.stage = std::max(conversation_.stage, reached);
}

void HandshakeTracker::end(EndReason reason, Side by)
{
    if (over())
        return;
    conversation_.ending.at = now_;
    conversation_.ending.reason = reason;
    conversation_.ending.by = by;
    conversation_.ending.stage = conversation_.stage;
    ended_pending_ = has_events_ = true;
}

void HandshakeTracker::complete()
{
    if (over())
        return;
    conversation_.completed = now_;
    conversation_.stage = Stage::completed;
    conversation_.transcript.forget();
    if (teaches_)
        history_.learn_completion(conversation_);
    emit(EventKind::completed, Side::server);
}

void HandshakeTracker::record_event(Side side, const RecordEvent &event)
{
    if (const auto *record = std::get_if<RecordSeen>(&event)) {
        conversation_.last_record[side] = *record;
        if (record->type != ContentType::alert) // an alert does not advance the handshake
            progress_ = now_.time;
        conversation_.bytes[side] += record->length;
        if (!conversation_.first_tls[side] &&
            record->length > 0) // a valid record is not empty at this point (RFC 8446, 5.1)
            conversation_.first_tls[side] = now_;
        if (conversation_.completed && record->type != ContentType::application_data && !conversation_.tls13())
            renegotiation(side, record->type);
        if (record->type == ContentType::change_cipher_spec && !conversation_.change_cipher_spec[side])
            change_cipher_spec(side);
        else if (record->encrypted)
            encrypted(side, *record);
    } else if (const auto *one = std::get_if<Alert>(&event)) {
        alert(side, *one, false);
    } else if (const auto *bytes = std::get_if<HandshakeBytes>(&event)) {
        if (!conversation_.first_tls[side])
            conversation_.first_tls[side] = now_;
        progress_ = now_.time;
        bytes->sslv2 ? readable(side, parse_sslv2(bytes->body), false)
                     : message(side, bytes->type, bytes->body, false, bytes->message_seq);
    } else if (const auto *giant = std::get_if<HandshakeTooLong>(&event)) {
        conversation_.too_long[side] = {now_, *giant};
        step(&Timeline::too_long, side, *giant);
        conversation_.transcript.forget();
    } else if (const auto *strange = std::get_if<NotTls>(&event)) {
        not_tls(side, *strange);
    } else if (const auto *gap = std::get_if<BytesMissing>(&event)) {
        missing(side, gap->count);
    }
}

void HandshakeTracker::missing(Side side, std::uint64_t count)
{
    const bool known_midway = conversation_.gaps.started_midway && count == 0;
    if (over())
        conversation_.lost_later[side] = true;
    if (over() || known_midway)
        return;
    step(&Timeline::missing, side, count);
    conversation_.transcript.forget();
    conversation_.gaps.bytes_missing[side] += std::max<std::uint64_t>(count, 1);
    if (!conversation_.gaps.first_gap[side])
        conversation_.gaps.first_gap[side] = now_;
}

// Only a side that never sent TLS is reported as not TLS; otherwise the reader has lost synchronization.
void HandshakeTracker::not_tls(Side side, const NotTls &strange)
{
    if (over())
        conversation_.lost_later[side] = true;
    if (over() || conversation_.not_tls[side] || hidden_from_us())
        return;
    const bool said_to_be_tls = conversation_.transport == Transport::eap; // by the EAP method number
    if (said_to_be_tls || conversation_.first_tls[side] || conversation_.gaps.any_bytes_missing()) {
        missing(side, strange.first.size());
        return;
    }
    conversation_.not_tls[side] = {now_, strange};
    step(&Timeline::not_tls, side, strange);
    end(EndReason::not_tls, side);
}

void HandshakeTracker::change_cipher_spec(Side side)
{
    conversation_.change_cipher_spec[side] = now_;
    step(&Timeline::change_cipher_spec, side);
    // An abbreviated handshake: the server sends ChangeCipherSpec without a certificate (RFC 5246, 7.3).
    if (side == Side::server && conversation_.server_hello && !conversation_.tls13() &&
        !conversation_.server_hello_done && !conversation_.chain[Side::server] &&
        conversation_.gaps.bytes_missing[Side::server] == 0)
        conversation_.resumed = true;
}

void HandshakeTracker::encrypted(Side side, const RecordSeen &record)
{
    step(&Timeline::encrypted, side, record, over() || conversation_.gaps.started_midway);
    if (conversation_.encrypted_records.empty())
        conversation_.encrypted_records.reserve(max_encrypted_records / 4);
    if (conversation_.encrypted_records.size() < max_encrypted_records)
        conversation_.encrypted_records.push_back({now_, side, record.type, record.length});
    if (record.type == ContentType::application_data && !conversation_.application_data[side] && !conversation_.tls13())
        conversation_.application_data[side] = now_;
    if (over())
        return;
    if (conversation_.tls13()) {
        encrypted_pending_ = has_events_ = true;
        return;
    }
    if (record.type == ContentType::alert) {
        end(EndReason::encrypted_alert, side);
    } else if (record.type == ContentType::handshake && conversation_.change_cipher_spec[side] &&
               !conversation_.finished[side]) {
        conversation_.finished[side] = now_;
        finished_seen(side);
    }
}

void HandshakeTracker::finished_seen(Side side)
{
    const Side other = peer(side);
    if (conversation_.tls13())
        stage(side == Side::server ? Stage::server_flight : Stage::client_flight);
    else if (conversation_.finished[other])
        complete();
    else if (side == Side::client)
        stage(Stage::client_flight);
    else
        stage(conversation_.resumed ? Stage::server_flight : Stage::client_flight);
}

void HandshakeTracker::message(Side side, std::uint8_t type, Bytes body, bool decrypted,
                               std::optional<std::uint16_t> message_seq)
{
    if (!over())
        side == Side::client ? conversation_.transcript.client_sent(HandshakeType{type}, body, message_seq)
                             : conversation_.transcript.server_sent(HandshakeType{type}, body, message_seq);
    const ParseContext context{.tls13 = conversation_.tls13(),
                               .dtls = conversation_.transport == Transport::dtls,
                               .version = conversation_.version(),
                               .cipher_suite = conversation_.server_hello ? conversation_.server_hello->cipher_suite
                                                                          : CipherSuite{0}};
    readable(side, parse_message(type, body, context), decrypted);
}

void HandshakeTracker::readable(Side side, Message &&message, bool decrypted)
{
    if (decrypted) {
        conversation_.decrypted = true;
        for (EncryptedRecord &record : conversation_.encrypted_records)
            if (record.by == side && record.at.frame == now_.frame)
                record.decrypted = true;
    }
    step(&Timeline::message, side, message, decrypted, *history_.certificates);
    // What follows a completed handshake (renegotiation, tickets, key updates) does not change its facts.
    if (conversation_.completed)
        return read_later(side, message);
    std::visit([&](auto &&one) { take(side, std::move(one)); }, std::move(message));
}

void HandshakeTracker::take(Side side, ClientHello &&hello)
{
    if (side != Side::client)
        return;
    if (!conversation_.first_client_hello)
        conversation_.first_client_hello = now_;
    conversation_.client_hello = {now_, std::move(hello)};
    conversation_.client_known = true;
    stage(Stage::client_hello);
    emit(EventKind::client_hello, side);
}

void HandshakeTracker::take(Side side, ServerHello &&hello)
{
    if (side != Side::server)
        return;
    if (hello.hello_retry_request) {
        conversation_.hello_retry_request = {now_, std::move(hello)};
        conversation_.transcript.retried();
    } else {
        conversation_.resumed = hello.pre_shared_key;
        conversation_.server_hello = {now_, std::move(hello)};
        stage(Stage::server_hello);
    }
    history_.learn_choice(conversation_);
    emit(EventKind::server_hello, side);
    if (!conversation_.server_hello->sslv2_certificate.empty()) {
        CertificateMessage only;
        only.certificates = {conversation_.server_hello->sslv2_certificate};
        only.count = 1;
        take_chain(side, only);
    }
}

void HandshakeTracker::take(Side side, CertificateMessage &&message)
{
    take_chain(side, message);
}

void HandshakeTracker::take_chain(Side side, const CertificateMessage &message)
{
    Chain chain;
    chain.count = message.count;
    chain.ocsp_response = message.ocsp_response;
    for (const Octets &der : message.certificates) {
        const Certificate *certificate = history_.certificates->parse(der);
        history_.learn_certificate(certificate, now_.frame);
        chain.certificates.push_back(certificate);
    }
    chain.path = history_.certificates->path(chain.certificates);
    conversation_.chain[side] = {now_, std::move(chain)};
    emit(EventKind::certificate, side);
    if (side == Side::client)
        emit_client_flight();
    else
        history_.learn_leaf(conversation_);
}

void HandshakeTracker::take(Side side, CertificateRequest &&request)
{
    if (side != Side::server)
        return;
    conversation_.certificate_request = {now_, std::move(request)};
    emit(EventKind::certificate_request, side);
}

void HandshakeTracker::take(Side side, CertificateStatus &&status)
{
    conversation_.certificate_status = {now_, std::move(status)};
    emit(EventKind::certificate_status, side);
}

void HandshakeTracker::take(Side side, ServerKeyExchange &&exchange)
{
    conversation_.server_key_exchange = {now_, std::move(exchange)};
    history_.learn_choice(conversation_);
    emit(EventKind::server_key_exchange, side);
}

void HandshakeTracker::take(Side side, CertificateVerify &&verify)
{
    conversation_.certificate_verify[side] = {now_, std::move(verify)};
    if (side == Side::server)
        history_.learn_choice(conversation_);
    emit(EventKind::certificate_verify, side);
}

void HandshakeTracker::take(Side side, EncryptedExtensions &&extensions)
{
    if (side != Side::server)
        return;
    conversation_.encrypted_extensions = {now_, std::move(extensions)};
    history_.learn_choice(conversation_);
}

void HandshakeTracker::take(Side, NewSessionTicket &&ticket)
{
    conversation_.new_session_ticket = {now_, ticket};
}

void HandshakeTracker::take(Side, HelloVerifyRequest &&)
{
    conversation_.hello_verify_request = now_;
}

void HandshakeTracker::take(Side, ClientKeyExchange &&)
{
    conversation_.client_key_exchange = now_;
    emit_client_flight();
}

void HandshakeTracker::take(Side side, Finished &&)
{
    if (conversation_.finished[side])
        return;
    conversation_.finished[side] = now_;
    finished_seen(side);
    if (side == Side::client)
        emit_client_flight();
}

void HandshakeTracker::take(Side, EmptyMessage &&message)
{
    if (message.type != HandshakeType::server_hello_done)
        return;
    conversation_.server_hello_done = now_;
    stage(Stage::server_flight);
}

void HandshakeTracker::take(Side side, OpaqueMessage &&message)
{
    if (!message.malformed || conversation_.malformed[side].size() >= 4)
        return;
    conversation_.malformed[side].push_back({now_, message});
    emit(EventKind::malformed, side);
}

// It is now known whether the client's certificate was sent, empty, or not requested.
void HandshakeTracker::emit_client_flight()
{
    if (client_flight_emitted_)
        return;
    client_flight_emitted_ = true;
    emit(EventKind::client_flight, Side::client);
}

void HandshakeTracker::alert(Side side, Alert one, bool decrypted)
{
    if (decrypted)
        conversation_.decrypted = true;
    step(&Timeline::alert, side, one, decrypted);
    if (one.description == Alert::close_notify) {
        if (!conversation_.close_notify[side])
            conversation_.close_notify[side] = now_;
        if (!over() && !waits_for_server_data()) {
            leave(EndReason::closed, side);
            conversation_.ending.close_notify = true;
        }
        return;
    }
    // Of an encrypted alert, first only the record was known.
    Ending &ending = conversation_.ending;
    const bool names_hidden =
        ending.reason == EndReason::encrypted_alert && ending.by == side && ending.at.frame == now_.frame;
    const bool reaction = ending.reason == EndReason::closed && ending.by == peer(side);
    if (conversation_.alerts.size() < 16)
        conversation_.alerts.push_back({now_, side, one, decrypted, reaction});
    if (is_fatal(one) && (names_hidden || (!over() && !reaction))) {
        end(EndReason::alert, side);
        ending.reason = EndReason::alert;
        ending.alert = one;
        ending.decrypted = decrypted;
    }
    emit(EventKind::alert, side);
}

// TLS 1.3 ignores the level: every alert except close_notify and user_canceled ends the connection (RFC 8446, 6).
bool HandshakeTracker::is_fatal(Alert one) const
{
    constexpr std::uint8_t user_canceled = 90;
    return one.fatal() || (conversation_.tls13() && one.description != user_canceled);
}

} // namespace tlsdiag
