// Turns readable handshake messages and alerts into the facts of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_messages.hpp"

#include "core/handshake/handshake_ending.hpp"
#include "core/handshake/renegotiation.hpp"
#include "core/handshake/signed_messages.hpp"
#include "core/tls/parse.hpp"

#include <algorithm>

namespace tlsdiag {

void HandshakeMessages::message(Side side, std::uint8_t type, Bytes body, bool decrypted,
                                std::optional<std::uint16_t> message_seq)
{
    if (!state_.outcome_known())
        side == Side::client ? conversation_.transcript.client_sent(HandshakeType{type}, body, message_seq)
                             : conversation_.transcript.server_sent(HandshakeType{type}, body, message_seq);
    const ParseContext context{.tls13 = conversation_.tls13(),
                               .dtls = conversation_.transport == Transport::dtls,
                               .version = conversation_.version(),
                               .cipher_suite = conversation_.server_hello ? conversation_.server_hello->cipher_suite
                                                                          : CipherSuite{0}};
    message(side, parse_message(type, body, context), decrypted);
}

void HandshakeMessages::message(Side side, Message &&message, bool decrypted)
{
    if (decrypted) {
        conversation_.decrypted = true;
        for (EncryptedRecord &record : conversation_.encrypted_records)
            if (record.by == side && record.at.frame == state_.now.frame)
                record.decrypted = true;
    }
    state_.show(&HandshakeObserver::message, side, message, decrypted, *state_.history.certificates);
    // What follows a completed handshake (renegotiation, tickets, key updates) does not change its facts.
    if (conversation_.completed) {
        RenegotiationTracker{state_}.message(side, message);
        return take_late(side, message);
    }
    std::visit([&]<class T>(T &&one) { take(side, std::forward<T>(one)); }, std::move(message));
}

// The client's certificate can be requested in a renegotiation or, in TLS 1.3, at any later time. If the first
// handshake had none, this is the one to judge.
void HandshakeMessages::take_late(Side side, Message &message)
{
    if (auto *request = std::get_if<CertificateRequest>(&message); request && !conversation_.certificate_request)
        take(side, std::move(*request));
    else if (const auto *own = std::get_if<CertificateMessage>(&message);
             own && side == Side::client && !conversation_.chain[Side::client])
        take_chain(side, *own);
}

void HandshakeMessages::take(Side side, ClientHello &&hello)
{
    if (side != Side::client)
        return;
    if (!conversation_.first_client_hello)
        conversation_.first_client_hello = state_.now;
    conversation_.client_hello = {state_.now, std::move(hello)};
    conversation_.client_known = true;
    if (state_.teaches)
        state_.history.learn_offer(conversation_);
    state_.reach(conversation_.hello_retry_request ? Stage::second_hello : Stage::client_hello);
    state_.emit(EventKind::client_hello, side);
}

void HandshakeMessages::take(Side side, ServerHello &&hello)
{
    if (side != Side::server)
        return;
    if (hello.hello_retry_request) {
        take_retry(std::move(hello));
    } else {
        const Seen<ClientHello> &offer = conversation_.client_hello;
        conversation_.resumed = hello.pre_shared_key;
        conversation_.external_psk = hello.pre_shared_key && offer && offer->external_psk;
        conversation_.server_hello = {state_.now, std::move(hello)};
        state_.reach(Stage::server_hello);
    }
    state_.history.learn_choice(conversation_);
    state_.emit(EventKind::server_hello, side);
    if (!conversation_.server_hello->sslv2_certificate.empty()) {
        CertificateMessage only;
        only.certificates = {conversation_.server_hello->sslv2_certificate};
        only.count = 1;
        take_chain(side, only);
    }
}

// RFC 8446, 4.1.4: it must lead to another ClientHello, and only once.
void HandshakeMessages::take_retry(ServerHello &&retry)
{
    const Seen<ClientHello> &offer = conversation_.client_hello;
    const Seen<ServerHello> &first = conversation_.hello_retry_request;
    const bool answered = first && offer && offer.at.frame > first.at.frame;
    if (answered && !conversation_.second_hello_retry)
        conversation_.second_hello_retry = state_.now;
    if (!first && offer && retry.group && !retry.has(ExtensionType::cookie))
        conversation_.retry_asks_for_sent =
            std::ranges::find(offer->key_shares, *retry.group) != offer->key_shares.end();
    conversation_.hello_retry_request = {state_.now, std::move(retry)};
    conversation_.transcript.retried();
    state_.reach(Stage::hello_retry);
}

void HandshakeMessages::take(Side side, CertificateMessage &&message)
{
    take_chain(side, message);
}

void HandshakeMessages::take(Side side, const CompressedCertificate &message)
{
    conversation_.compressed_certificate[side] = {state_.now, message};
    if (side == Side::client)
        state_.emit_client_flight();
}

void HandshakeMessages::take_chain(Side side, const CertificateMessage &message)
{
    Chain chain;
    chain.count = message.count;
    chain.ocsp_response = message.ocsp_response;
    for (const Octets &der : message.certificates) {
        const Certificate *certificate = state_.history.certificates->parse(der);
        state_.history.learn_certificate(certificate, state_.now.frame);
        chain.certificates.push_back(certificate);
    }
    chain.path = state_.history.certificates->path(chain.certificates,
                                                   {.time = state_.now.time, .server = side == Side::server});
    conversation_.chain[side] = {state_.now, std::move(chain)};
    state_.emit(EventKind::certificate, side);
    if (side == Side::client)
        state_.emit_client_flight();
    else
        state_.history.learn_leaf(conversation_);
}

void HandshakeMessages::take(Side side, CertificateRequest &&request)
{
    if (side != Side::server)
        return;
    conversation_.certificate_request = {state_.now, std::move(request)};
    state_.emit(EventKind::certificate_request, side);
}

void HandshakeMessages::take(Side side, CertificateStatus &&status)
{
    conversation_.certificate_status = {state_.now, std::move(status)};
    state_.emit(EventKind::certificate_status, side);
}

void HandshakeMessages::take(Side side, ServerKeyExchange &&exchange)
{
    conversation_.server_key_exchange = {state_.now, std::move(exchange)};
    state_.history.learn_choice(conversation_);
    state_.emit(EventKind::server_key_exchange, side);
}

void HandshakeMessages::take(Side side, CertificateVerify &&verify)
{
    conversation_.certificate_verify[side] = {state_.now, std::move(verify)};
    if (side == Side::server && conversation_.client_hello->encrypted_client_hello)
        conversation_.hello_in_clear_signed = signs_hello_in_clear(conversation_);
    if (side == Side::server)
        state_.history.learn_choice(conversation_);
    state_.emit(EventKind::certificate_verify, side);
}

void HandshakeMessages::take(Side side, EncryptedExtensions &&extensions)
{
    if (side != Side::server)
        return;
    conversation_.encrypted_extensions = {state_.now, std::move(extensions)};
    state_.history.learn_choice(conversation_);
}

void HandshakeMessages::take(Side, NewSessionTicket &&ticket)
{
    conversation_.new_session_ticket = {state_.now, ticket};
}

void HandshakeMessages::take(Side, HelloVerifyRequest &&)
{
    conversation_.hello_verify_request = state_.now;
}

void HandshakeMessages::take(Side, ClientKeyExchange &&)
{
    conversation_.client_key_exchange = state_.now;
    state_.emit_client_flight();
}

void HandshakeMessages::take(Side side, Finished &&)
{
    if (conversation_.finished[side])
        return;
    conversation_.finished[side] = state_.now;
    state_.finished_seen(side);
    if (side == Side::client)
        state_.emit_client_flight();
}

void HandshakeMessages::take(Side, EmptyMessage &&message)
{
    if (message.type != HandshakeType::server_hello_done)
        return;
    conversation_.server_hello_done = state_.now;
    state_.reach(Stage::server_flight);
}

void HandshakeMessages::take(Side side, OpaqueMessage &&message)
{
    if (!message.malformed || conversation_.malformed[side].size() >= 4)
        return;
    conversation_.malformed[side].push_back({state_.now, message});
    state_.emit(EventKind::malformed, side);
}

void HandshakeMessages::alert(Side side, Alert one, bool decrypted)
{
    if (decrypted)
        conversation_.decrypted = true;
    state_.show(&HandshakeObserver::alert, side, one, decrypted);
    if (one.description == Alert::close_notify)
        return close_notify(side);
    // Of an encrypted alert, first only the record was known.
    Ending &ending = conversation_.ending;
    const bool names_encrypted =
        ending.reason == EndReason::encrypted_alert && ending.by == side && ending.at.frame == state_.now.frame;
    const bool reaction = ending.reason == EndReason::closed && ending.by == peer(side);
    HandshakeEnding closing{state_};
    // The client had finished when the server left TLS: that is no refusal of the handshake.
    if (side == Side::client && closing.waits_for_server_data() && conversation_.plain_after[Side::server] &&
        conversation_.client_auth() == ClientAuth::none)
        state_.complete();
    if (conversation_.alerts.size() < 16)
        conversation_.alerts.push_back({state_.now, side, one, decrypted, reaction});
    if (is_fatal(one) && (names_encrypted || (!state_.outcome_known() && !reaction))) {
        if (side == Side::client)
            closing.greeted();
        state_.end(EndReason::alert, side);
        ending.reason = EndReason::alert;
        ending.alert = one;
        ending.decrypted = decrypted;
    }
    state_.emit(EventKind::alert, side);
}

void HandshakeMessages::close_notify(Side side)
{
    if (!conversation_.close_notify[side])
        conversation_.close_notify[side] = state_.now;
    HandshakeEnding ending{state_};
    if (!state_.outcome_known() && !ending.waits_for_server_data()) {
        ending.leave(EndReason::closed, side);
        conversation_.ending.close_notify = true;
    }
}

// TLS 1.3 ignores the level: every alert except close_notify and user_canceled ends the connection (RFC 8446, 6).
bool HandshakeMessages::is_fatal(Alert one) const
{
    constexpr std::uint8_t user_canceled = 90;
    return one.fatal() || (conversation_.tls13() && one.description != user_canceled);
}

} // namespace tlsdiag
