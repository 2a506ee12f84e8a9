// Decides how a handshake ended, from closings, record sizes and silence.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_ending.hpp"

#include "core/handshake/record_sizes.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

// TLS 1.3: the client has finished; the server's next message shows whether it accepts the client.
bool HandshakeEnding::waits_for_server_data() const
{
    return conversation_.tls13() && conversation_.stage == Stage::client_flight;
}

bool HandshakeEnding::client_is_content() const
{
    return waits_for_server_data() && conversation_.client_auth() == ClientAuth::none && saw_client_finish() &&
           !conversation_.gaps.any();
}

void HandshakeEnding::stay_plaintext()
{
    if (conversation_.starttls_refused && !conversation_.gaps.truncated)
        state_.end(EndReason::starttls_refused, Side::server);
}

bool HandshakeEnding::greeted()
{
    const Seen<Octets> *greeting = conversation_.greeting();
    if (!greeting || conversation_.stage != Stage::client_hello || conversation_.first_tls[Side::server])
        return false;
    constexpr std::size_t shown = 64;
    const Octets &said = greeting->what;
    conversation_.not_tls[Side::server] = {
        greeting->at, NotTls{{said.begin(), said.begin() + static_cast<std::ptrdiff_t>(std::min(shown, said.size()))}}};
    return true;
}

bool HandshakeEnding::saw_client_finish() const
{
    return conversation_.finished[Side::client] || conversation_.record_sizes.client_finished;
}

void HandshakeEnding::settle()
{
    if (state_.encrypted_unread && !state_.outcome_known())
        read_encrypted();
    state_.encrypted_unread = false;
    judge_closings();
    if (state_.ending_untold) {
        state_.ending_untold = false;
        state_.emit_client_flight();
        state_.emit(EventKind::ended, conversation_.ending.by);
        conversation_.transcript.forget();
    }
    if (std::exchange(state_.refusal_untold, false))
        state_.emit(EventKind::renegotiation_refused, Side::server);
}

constexpr std::uint32_t longest_alert = 64; // with the usual padding (RFC 8446, 5.4)

void HandshakeEnding::read_encrypted()
{
    // A decrypted ticket shows that the dissector has the keys of the server's data: it would have shown an alert.
    const bool would_show_alert =
        conversation_.new_session_ticket && conversation_.tls13() && !conversation_.gaps.any();
    const auto from_server = [&](const EncryptedRecord &record) {
        return record.by == Side::server && conversation_.finished[Side::client] &&
               record.at.frame > conversation_.finished[Side::client].frame &&
               (record.decrypted || record.length > longest_alert || would_show_alert);
    };
    if (conversation_.decrypted) {
        const bool alerted = !conversation_.alerts.empty() && conversation_.alerts.back().at.frame == state_.now.frame;
        if (!alerted && waits_for_server_data() && !conversation_.encrypted_records.empty() &&
            from_server(conversation_.encrypted_records.back()))
            state_.complete();
        return;
    }
    conversation_.record_sizes = read_record_sizes(conversation_);
    const RecordSizes &sizes = conversation_.record_sizes;
    if (sizes.request || sizes.server_finished || sizes.client_certificate != ClientAuth::unknown)
        state_.reach(Stage::server_flight);
    if (sizes.client_finished) {
        state_.reach(Stage::client_flight);
        state_.emit_client_flight();
    }
    if (sizes.client_alert) {
        state_.end(EndReason::encrypted_alert, Side::client);
    } else if (sizes.server_data) {
        const bool refuses_perhaps = sizes.client_left && conversation_.client_hello->encrypted_client_hello;
        state_.complete(refuses_perhaps ? CompletionSign::client_left : CompletionSign::seen);
    } else if (sizes.server_alert && !conversation_.fin[Side::client] &&
               (sizes.client_certificate == ClientAuth::empty || sizes.client_certificate == ClientAuth::sent)) {
        state_.end(EndReason::encrypted_alert, Side::server);
        conversation_.refused_late = true;
    } else if (!sizes.possible) {
        read_blindly();
    }
}

// The dissector decrypted the client's records but not this one, which can be the server's alert. Or the capture lacks
// what the server sent then.
bool HandshakeEnding::may_be_refused() const
{
    const Moment &client = conversation_.finished[Side::client], &gap = conversation_.gaps.first_gap[Side::server];
    if (conversation_.client_auth() == ClientAuth::none)
        return false;
    if (gap && gap.frame >= (client ? client : conversation_.record_sizes.client_finished).frame)
        return true;
    return conversation_.decrypted && client &&
           std::ranges::any_of(conversation_.encrypted_records, [&](const EncryptedRecord &record) {
               return record.by == Side::server && record.at.frame > client.frame && !record.decrypted &&
                      record.length <= longest_alert;
           });
}

// Sizes reveal nothing: only an answer of the server to something that the client encrypted is visible.
void HandshakeEnding::read_blindly()
{
    if (conversation_.gaps.any())
        return;
    // In DTLS 1.3, what has the keys of the handshake can be an ACK, or sent again.
    const auto tells = [&](const EncryptedRecord &record) {
        return conversation_.transport != Transport::dtls || record.epoch != 2;
    };
    const auto client_spoke = std::ranges::find_if(conversation_.encrypted_records, [&](const EncryptedRecord &record) {
        return record.by == Side::client && conversation_.server_hello && tells(record) &&
               record.at.frame > conversation_.server_hello.at.frame;
    });
    if (client_spoke == conversation_.encrypted_records.end())
        return;
    state_.reach(Stage::client_flight);
    // Early data is no Finished: what the server sends then may still be its flight.
    const bool early = conversation_.client_hello && conversation_.client_hello->early_data;
    const bool answered =
        std::any_of(client_spoke, conversation_.encrypted_records.end(), [&](const EncryptedRecord &record) {
            return record.by == Side::server && record.length > longest_alert && tells(record);
        });
    if (answered)
        state_.complete(early ? CompletionSign::not_refused : CompletionSign::seen);
}

void HandshakeEnding::judge_closings()
{
    for (const auto &[side, reason, at] : state_.closings) {
        Moment &when = reason == EndReason::closed ? conversation_.fin[side] : conversation_.rst[side];
        if (!when) {
            when = at;
            state_.show(&HandshakeObserver::transport, reason == EndReason::closed ? TransportEvent{SideClosed{side}}
                                                                                   : TransportEvent{SideReset{side}});
        }
        if (state_.outcome_known() || state_.unreadable())
            continue;
        const bool client_was_content = conversation_.client_auth() == ClientAuth::none ||
                                        conversation_.fin[Side::client] || (side == Side::server && waited_in_vain());
        if (!waits_for_server_data())
            leave(reason, side);
        else if (side == Side::server && !client_was_content)
            leave(reason, side);
        else if (side == Side::server && (saw_client_finish() || waited_in_vain()) && !may_be_refused())
            state_.complete(sign_so_far()); // nothing was left to refuse, or it only follows the client
        // otherwise the client is done: the server's next message, or the end, decides
    }
    state_.closings.clear();
}

// A server refuses a client at once. One that closes an idle connection had accepted it: browsers open spare ones.
bool HandshakeEnding::waited_in_vain() const
{
    const Time waited = state_.now.time - state_.progress;
    return waits_for_server_data() && !conversation_.gaps.any() && waited >= state_.history.silence &&
           waited <= longest_wait;
}

CompletionSign HandshakeEnding::sign_so_far() const
{
    const Moment &finished = conversation_.finished[Side::client] ? conversation_.finished[Side::client]
                                                                  : conversation_.record_sizes.client_finished;
    const bool alert_sized = std::ranges::any_of(conversation_.encrypted_records, [&](const EncryptedRecord &record) {
        return record.by == Side::server && finished && record.at.frame >= finished.frame &&
               record.length <= longest_alert && !record.decrypted;
    });
    return alert_sized && !conversation_.close_notify[Side::server] ? CompletionSign::alert_sized
                                                                    : CompletionSign::not_refused;
}

// If the waiting side closes after a silence, the silence is what ended it.
void HandshakeEnding::leave(EndReason reason, Side side)
{
    stay_plaintext();
    if (!state_.outcome_known() && greeted())
        return state_.end(EndReason::not_tls, Side::server);
    const Time waited = state_.now.time - state_.progress;
    const bool waited_long =
        conversation_.stage != Stage::nothing && waited >= state_.history.silence && waited <= longest_wait;
    if (waited_long && side != owes())
        state_.end(EndReason::silence, owes());
    else
        state_.end(reason, side);
}

Side HandshakeEnding::owes() const
{
    if (conversation_.stage == Stage::hello_retry)
        return Side::client;
    const PerSide<std::uint32_t> &again = conversation_.retransmissions;
    if (conversation_.transport == Transport::dtls && again[Side::server] > 0 && again[Side::client] == 0)
        return Side::client; // the server has sent its flight, and waits
    const bool flight_arrived = conversation_.segments[Side::server].stuck_times == 0;
    const bool answer_stuck =
        client_began_flight(conversation_) && conversation_.segments[Side::client].stuck_times > 0;
    return conversation_.stage == Stage::server_flight && flight_arrived && !answer_stuck ? Side::client : Side::server;
}

// TCP and DTLS retransmit what is not answered. Data that was neither acknowledged nor retransmitted means that the
// capture ended first.
bool HandshakeEnding::waited() const
{
    const Side waiting = peer(owes());
    if (conversation_.transport != Transport::tcp && conversation_.transport != Transport::eap)
        return conversation_.retransmissions[waiting] > 0;
    return !conversation_.gaps.tail_open;
}

// QUIC: the client's last packets are too small for its Finished, nobody sends anything again, and nothing follows: so
// the client closed the connection in them.
bool HandshakeEnding::closed_unseen(Time now) const
{
    const Time last = conversation_.last.time;
    return conversation_.transport == Transport::quic && conversation_.stage >= Stage::server_hello &&
           conversation_.quic_client_handshake.frame == conversation_.last.frame && !conversation_.quic_finished_fits &&
           !conversation_.decrypted && !conversation_.gaps.any() && now - last >= state_.history.silence &&
           now - last <= longest_wait;
}

void HandshakeEnding::end_of_capture(Time now)
{
    state_.now = conversation_.last;
    if (now - conversation_.starttls_refused.time >= state_.history.silence)
        stay_plaintext();
    if (state_.outcome_known() || conversation_.gaps.started_midway || conversation_.inner || state_.unreadable())
        return;
    const DtlsCookies &cookies = conversation_.cookies;
    const bool silent = now - conversation_.last.time >= state_.history.silence;
    const bool server_spoke_last = cookies.last.frame == conversation_.last.frame;
    if (cookies.refused >= 2 && !conversation_.server_hello && (server_spoke_last || silent)) {
        state_.end(EndReason::cookie_refused, Side::server);
    } else if (cookies.forgotten >= 2 && !conversation_.server_hello &&
               conversation_.last.time - cookies.first.time >= state_.history.silence) {
        state_.end(EndReason::silence, Side::client); // what it repeats lacks the cookie
    } else if (conversation_.record_sizes.acknowledged && silent) {
        state_.complete(); // otherwise the client would send its flight again
    } else if (closed_unseen(now)) {
        state_.end(EndReason::quic_close, Side::client);
    } else if (waits_for_server_data()) {
        if ((state_.closed() && saw_client_finish() && !may_be_refused()) ||
            conversation_.client_auth() == ClientAuth::none)
            state_.complete(sign_so_far()); // otherwise the server may still refuse
    } else if (conversation_.stage != Stage::nothing && now - state_.progress >= state_.history.silence && waited()) {
        greeted() ? state_.end(EndReason::not_tls, Side::server) : state_.end(EndReason::silence, owes());
    }
}

} // namespace tlsdiag
