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

void HandshakeEnding::stay_plaintext()
{
    if (conversation_.starttls_refused && !conversation_.gaps.truncated)
        state_.end(EndReason::starttls_refused, Side::server);
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
    const auto from_server = [&](const EncryptedRecord &record) {
        return record.by == Side::server && conversation_.finished[Side::client] &&
               record.at.frame > conversation_.finished[Side::client].frame &&
               (record.decrypted || record.length > longest_alert);
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
    if (sizes.request || sizes.client_certificate != ClientAuth::unknown)
        state_.reach(Stage::server_flight);
    if (sizes.client_finished) {
        state_.reach(Stage::client_flight);
        state_.emit_client_flight();
    }
    if (sizes.client_alert) {
        state_.end(EndReason::encrypted_alert, Side::client);
    } else if (sizes.server_data) {
        state_.complete();
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
    const auto client_spoke = std::ranges::find_if(conversation_.encrypted_records, [&](const EncryptedRecord &record) {
        return record.by == Side::client && conversation_.server_hello &&
               record.at.frame > conversation_.server_hello.at.frame;
    });
    if (client_spoke == conversation_.encrypted_records.end())
        return;
    state_.reach(Stage::client_flight);
    const bool answered =
        std::any_of(client_spoke, conversation_.encrypted_records.end(), [](const EncryptedRecord &record) {
            return record.by == Side::server && record.length > longest_alert;
        });
    if (answered)
        state_.complete();
}

void HandshakeEnding::judge_closings()
{
    for (const auto &[side, reason] : state_.closings) {
        Moment &when = reason == EndReason::closed ? conversation_.fin[side] : conversation_.rst[side];
        if (!when) {
            when = state_.now;
            state_.show(&HandshakeObserver::transport, reason == EndReason::closed ? TransportEvent{SideClosed{side}}
                                                                                   : TransportEvent{SideReset{side}});
        }
        if (state_.outcome_known() || state_.unreadable())
            continue;
        const bool client_was_content =
            conversation_.client_auth() == ClientAuth::none || conversation_.fin[Side::client];
        if (!waits_for_server_data())
            leave(reason, side);
        else if (side == Side::server && !client_was_content)
            leave(reason, side);
        else if (side == Side::server && saw_client_finish() && !may_be_refused())
            state_.complete(); // there was nothing left for the server to refuse, or it only follows the client
        // otherwise the client is done: the server's next message, or the end, decides
    }
    state_.closings.clear();
}

// If the waiting side closes after a silence, the silence is what ended it.
void HandshakeEnding::leave(EndReason reason, Side side)
{
    stay_plaintext();
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
    const bool flight_arrived = conversation_.segments[Side::server].stuck_times == 0;
    return conversation_.stage == Stage::server_flight && flight_arrived ? Side::client : Side::server;
}

// TCP and DTLS retransmit what is not answered. Data that was neither acknowledged nor retransmitted means that the
// capture ended first.
bool HandshakeEnding::waited() const
{
    const Side waiting = peer(owes());
    if (conversation_.transport == Transport::dtls || conversation_.transport == Transport::quic)
        return conversation_.retransmissions[waiting] > 0;
    return !conversation_.gaps.tail_open;
}

void HandshakeEnding::end_of_capture(Time now)
{
    state_.now = conversation_.last;
    if (now - conversation_.starttls_refused.time >= state_.history.silence)
        stay_plaintext();
    if (state_.outcome_known() || conversation_.gaps.started_midway || conversation_.inner || state_.unreadable())
        return;
    if (waits_for_server_data()) {
        if ((state_.closed() && saw_client_finish() && !may_be_refused()) ||
            conversation_.client_auth() == ClientAuth::none)
            state_.complete(); // otherwise the server may still refuse
    } else if (conversation_.stage != Stage::nothing && now - state_.progress >= state_.history.silence && waited()) {
        state_.end(EndReason::silence, owes());
    }
}

} // namespace tlsdiag
