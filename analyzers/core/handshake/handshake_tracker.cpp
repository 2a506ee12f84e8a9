// What the packets said: records, messages and alerts become facts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_tracker.hpp"

#include "core/tls/parse.hpp"
#include "ladder/timeline.hpp"

#include <algorithm>

namespace tlsdiag {

Follower::Follower(Knowledge &knowledge, std::function<void(Conversation &, const Event &)> tell)
    : knowledge_{knowledge}, tell_{std::move(tell)}
{
    facts_.known = &knowledge;
    facts_.blind.direction_missing[Side::client] = facts_.blind.direction_missing[Side::server] = true;
}

void Follower::frame(Side from, const Moment &now)
{
    now_ = now;
    if (steps_)
        steps_->frame(now);
    if (!facts_.first)
        facts_.first = now;
    facts_.last = now;
    facts_.blind.direction_missing[from] = false;
}

void Follower::say(Sees kind, Side side)
{
    news_ = true;
    tell_(facts_, Event{kind, side, now_});
}

void Follower::stage(Stage reached)
{
    facts_.stage = std::max(facts_.stage, reached);
}

void Follower::end(How how, Side by)
{
    if (over())
        return;
    facts_.ending.at = now_;
    facts_.ending.how = how;
    facts_.ending.by = by;
    facts_.ending.stage = facts_.stage;
    ended_untold_ = news_ = true;
}

void Follower::complete()
{
    if (over())
        return;
    facts_.completed = now_;
    facts_.stage = Stage::completed;
    facts_.transcript.forget();
    if (teaches_)
        knowledge_.learn_completion(facts_);
    say(Sees::completed, Side::server);
}

void Follower::record_event(Side side, const RecordEvent &event)
{
    if (const auto *record = std::get_if<RecordSeen>(&event)) {
        facts_.last_record[side] = *record;
        if (record->type != ContentType::alert) // it takes nothing further
            progress_ = now_.time;
        facts_.bytes[side] += record->length;
        if (!facts_.first_tls[side] && record->length > 0) // none is empty at this point (RFC 8446, 5.1)
            facts_.first_tls[side] = now_;
        if (facts_.completed && record->type != ContentType::application_data && !facts_.tls13())
            renegotiation(side, record->type);
        if (record->type == ContentType::change_cipher_spec && !facts_.change_cipher_spec[side])
            change_cipher_spec(side);
        else if (record->encrypted)
            hidden(side, *record);
    } else if (const auto *one = std::get_if<Alert>(&event)) {
        alert(side, *one, false);
    } else if (const auto *bytes = std::get_if<HandshakeBytes>(&event)) {
        if (!facts_.first_tls[side])
            facts_.first_tls[side] = now_;
        progress_ = now_.time;
        bytes->sslv2 ? readable(side, parse_sslv2(bytes->body), false)
                     : message(side, bytes->type, bytes->body, false, bytes->message_seq);
    } else if (const auto *giant = std::get_if<HandshakeTooLong>(&event)) {
        facts_.too_long[side] = {now_, *giant};
        step(&Steps::too_long, side, *giant);
        facts_.transcript.forget();
    } else if (const auto *strange = std::get_if<NotTls>(&event)) {
        not_tls(side, *strange);
    } else if (const auto *gap = std::get_if<BytesMissing>(&event)) {
        missing(side, gap->count);
    }
}

void Follower::missing(Side side, std::uint64_t count)
{
    const bool known_midway = facts_.blind.started_midway && count == 0;
    if (over())
        facts_.lost_later[side] = true;
    if (over() || known_midway)
        return;
    step(&Steps::missing, side, count);
    facts_.transcript.forget();
    facts_.blind.bytes_missing[side] += std::max<std::uint64_t>(count, 1);
    if (!facts_.blind.first_gap[side])
        facts_.blind.first_gap[side] = now_;
}

// Only a side that never spoke TLS is said not to speak it: elsewhere the reader has lost its place.
void Follower::not_tls(Side side, const NotTls &strange)
{
    if (over())
        facts_.lost_later[side] = true;
    if (over() || facts_.not_tls[side] || hidden_from_us())
        return;
    const bool said_to_be_tls = facts_.transport == Transport::eap; // by the method's number
    if (said_to_be_tls || facts_.first_tls[side] || facts_.blind.any_bytes_missing()) {
        missing(side, strange.first.size());
        return;
    }
    facts_.not_tls[side] = {now_, strange};
    step(&Steps::not_tls, side, strange);
    end(How::not_tls, side);
}

void Follower::change_cipher_spec(Side side)
{
    facts_.change_cipher_spec[side] = now_;
    step(&Steps::change_cipher_spec, side);
    // An abbreviated handshake: the server changes ciphers without having shown a certificate (RFC 5246, 7.3).
    if (side == Side::server && facts_.server_hello && !facts_.tls13() && !facts_.server_hello_done &&
        !facts_.chain[Side::server] && facts_.blind.bytes_missing[Side::server] == 0)
        facts_.resumed = true;
}

void Follower::hidden(Side side, const RecordSeen &record)
{
    step(&Steps::hidden, side, record, over() || facts_.blind.started_midway);
    if (facts_.hidden.empty())
        facts_.hidden.reserve(max_hidden / 4);
    if (facts_.hidden.size() < max_hidden)
        facts_.hidden.push_back({now_, side, record.type, record.length});
    if (record.type == ContentType::application_data && !facts_.application_data[side] && !facts_.tls13())
        facts_.application_data[side] = now_;
    if (over())
        return;
    if (facts_.tls13()) {
        hidden_untold_ = news_ = true;
        return;
    }
    if (record.type == ContentType::alert) {
        end(How::hidden_alert, side);
    } else if (record.type == ContentType::handshake && facts_.change_cipher_spec[side] && !facts_.finished[side]) {
        facts_.finished[side] = now_;
        finished_seen(side);
    }
}

void Follower::finished_seen(Side side)
{
    const Side other = peer(side);
    if (facts_.tls13())
        stage(side == Side::server ? Stage::server_flight : Stage::client_flight);
    else if (facts_.finished[other])
        complete();
    else if (side == Side::client)
        stage(Stage::client_flight);
    else
        stage(facts_.resumed ? Stage::server_flight : Stage::client_flight);
}

void Follower::message(Side side, std::uint8_t type, Bytes body, bool decrypted,
                       std::optional<std::uint16_t> message_seq)
{
    if (!over())
        side == Side::client ? facts_.transcript.client_sent(HandshakeType{type}, body, message_seq)
                             : facts_.transcript.server_sent(HandshakeType{type}, body, message_seq);
    const ParseContext context{.tls13 = facts_.tls13(),
                               .dtls = facts_.transport == Transport::dtls,
                               .version = facts_.version(),
                               .cipher_suite =
                                   facts_.server_hello ? facts_.server_hello->cipher_suite : CipherSuite{0}};
    readable(side, parse_message(type, body, context), decrypted);
}

void Follower::readable(Side side, Message &&message, bool decrypted)
{
    if (decrypted) {
        facts_.decrypted = true;
        for (HiddenRecord &record : facts_.hidden)
            if (record.by == side && record.at.frame == now_.frame)
                record.opened = true;
    }
    step(&Steps::message, side, message, decrypted, *knowledge_.certificates);
    // What follows a completed handshake (renegotiation, tickets, key updates) does not change how it came about.
    if (facts_.completed)
        return read_later(side, message);
    std::visit([&](auto &&one) { take(side, std::move(one)); }, std::move(message));
}

void Follower::take(Side side, ClientHello &&hello)
{
    if (side != Side::client)
        return;
    if (!facts_.first_client_hello)
        facts_.first_client_hello = now_;
    facts_.client_hello = {now_, std::move(hello)};
    facts_.client_known = true;
    stage(Stage::client_hello);
    say(Sees::client_hello, side);
}

void Follower::take(Side side, ServerHello &&hello)
{
    if (side != Side::server)
        return;
    if (hello.hello_retry_request) {
        facts_.hello_retry_request = {now_, std::move(hello)};
        facts_.transcript.retried();
    } else {
        facts_.resumed = hello.pre_shared_key;
        facts_.server_hello = {now_, std::move(hello)};
        stage(Stage::server_hello);
    }
    knowledge_.learn_choice(facts_);
    say(Sees::server_hello, side);
    if (!facts_.server_hello->sslv2_certificate.empty()) {
        CertificateMessage only;
        only.certificates = {facts_.server_hello->sslv2_certificate};
        only.count = 1;
        take_chain(side, only);
    }
}

void Follower::take(Side side, CertificateMessage &&message)
{
    take_chain(side, message);
}

void Follower::take_chain(Side side, const CertificateMessage &message)
{
    Chain chain;
    chain.count = message.count;
    chain.ocsp_response = message.ocsp_response;
    for (const Octets &der : message.certificates) {
        const Certificate *certificate = knowledge_.certificates->parse(der);
        knowledge_.learn_certificate(certificate, now_.frame);
        chain.certificates.push_back(certificate);
    }
    chain.path = knowledge_.certificates->path(chain.certificates);
    facts_.chain[side] = {now_, std::move(chain)};
    say(Sees::certificate, side);
    if (side == Side::client)
        tell_client_flight();
    else
        knowledge_.learn_leaf(facts_);
}

void Follower::take(Side side, CertificateRequest &&request)
{
    if (side != Side::server)
        return;
    facts_.certificate_request = {now_, std::move(request)};
    say(Sees::certificate_request, side);
}

void Follower::take(Side side, CertificateStatus &&status)
{
    facts_.certificate_status = {now_, std::move(status)};
    say(Sees::certificate_status, side);
}

void Follower::take(Side side, ServerKeyExchange &&exchange)
{
    facts_.server_key_exchange = {now_, std::move(exchange)};
    knowledge_.learn_choice(facts_);
    say(Sees::server_key_exchange, side);
}

void Follower::take(Side side, CertificateVerify &&verify)
{
    facts_.certificate_verify[side] = {now_, std::move(verify)};
    if (side == Side::server)
        knowledge_.learn_choice(facts_);
    say(Sees::certificate_verify, side);
}

void Follower::take(Side side, EncryptedExtensions &&extensions)
{
    if (side != Side::server)
        return;
    facts_.encrypted_extensions = {now_, std::move(extensions)};
    knowledge_.learn_choice(facts_);
}

void Follower::take(Side, NewSessionTicket &&ticket)
{
    facts_.new_session_ticket = {now_, ticket};
}

void Follower::take(Side, HelloVerifyRequest &&)
{
    facts_.hello_verify_request = now_;
}

void Follower::take(Side, ClientKeyExchange &&)
{
    facts_.client_key_exchange = now_;
    tell_client_flight();
}

void Follower::take(Side side, Finished &&)
{
    if (facts_.finished[side])
        return;
    facts_.finished[side] = now_;
    finished_seen(side);
    if (side == Side::client)
        tell_client_flight();
}

void Follower::take(Side, EmptyMessage &&message)
{
    if (message.type != HandshakeType::server_hello_done)
        return;
    facts_.server_hello_done = now_;
    stage(Stage::server_flight);
}

void Follower::take(Side side, OpaqueMessage &&message)
{
    if (!message.malformed || facts_.malformed[side].size() >= 4)
        return;
    facts_.malformed[side].push_back({now_, message});
    say(Sees::malformed, side);
}

// The client's certificate is now known to be there, empty, or not asked for.
void Follower::tell_client_flight()
{
    if (client_flight_told_)
        return;
    client_flight_told_ = true;
    say(Sees::client_flight, Side::client);
}

void Follower::alert(Side side, Alert one, bool decrypted)
{
    if (decrypted)
        facts_.decrypted = true;
    step(&Steps::alert, side, one, decrypted);
    if (one.description == Alert::close_notify) {
        if (!facts_.close_notify[side])
            facts_.close_notify[side] = now_;
        if (!over() && !waits_for_server_data()) {
            leave(How::closed, side);
            facts_.ending.close_notify = true;
        }
        return;
    }
    // An encrypted alert was first known by its record only.
    Ending &ending = facts_.ending;
    const bool names_hidden = ending.how == How::hidden_alert && ending.by == side && ending.at.frame == now_.frame;
    const bool reaction = ending.how == How::closed && ending.by == peer(side);
    if (facts_.alerts.size() < 16)
        facts_.alerts.push_back({now_, side, one, decrypted, reaction});
    if (is_fatal(one) && (names_hidden || (!over() && !reaction))) {
        end(How::alert, side);
        ending.how = How::alert;
        ending.alert = one;
        ending.decrypted = decrypted;
    }
    say(Sees::alert, side);
}

// TLS 1.3 ignores the level: every alert but close_notify and user_canceled ends the connection (RFC 8446, 6).
bool Follower::is_fatal(Alert one) const
{
    constexpr std::uint8_t user_canceled = 90;
    return one.fatal() || (facts_.tls13() && one.description != user_canceled);
}

} // namespace tlsdiag
