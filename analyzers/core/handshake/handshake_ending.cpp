// Decides how a handshake ended, from closings, record sizes and silence, at the end of each frame.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_tracker.hpp"

#include "core/handshake/record_sizes.hpp"
#include "ladder/timeline.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

void HandshakeTracker::closed(Side side)
{
    closings_.emplace_back(side, EndReason::closed);
    has_events_ = true;
}
void HandshakeTracker::reset(Side side)
{
    closings_.emplace_back(side, EndReason::reset);
    has_events_ = true;
}

void HandshakeTracker::starttls_refused()
{
    conversation_.starttls_refused = now_;
}

void HandshakeTracker::stays_in_plain_text()
{
    if (conversation_.starttls_refused && !conversation_.gaps.truncated)
        end(EndReason::starttls_refused, Side::server);
}

void HandshakeTracker::starttls_unclear()
{
    conversation_.starttls_refused = {};
}

void HandshakeTracker::sent_again(Side side)
{
    ++conversation_.retransmissions[side];
    step(&Timeline::sent_again, side);
}

void HandshakeTracker::unreachable(Side side, std::uint16_t icmp)
{
    if (over())
        return;
    step(&Timeline::unreachable, side, icmp);
    end(EndReason::unreachable, side);
    conversation_.ending.icmp = icmp;
}

void HandshakeTracker::quic_close(Side side, std::uint64_t code)
{
    // RFC 9001, 4.8: an alert is a connection error of 0x0100 + its description.
    if (code >= 0x0100 && code <= 0x01ff) {
        alert(side, Alert{.level = 2, .description = static_cast<std::uint8_t>(code)},
              conversation_.stage > Stage::server_hello);
        return;
    }
    step(&Timeline::transport, side, "CONNECTION_CLOSE", "error " + hex(code, 2));
    if (over())
        return;
    end(EndReason::quic_close, side);
    conversation_.ending.quic_code = code;
}

void HandshakeTracker::eap_result(bool success)
{
    if (over() || conversation_.stage == Stage::nothing)
        return;
    step(&Timeline::transport, Side::server, success ? "EAP-Success" : "EAP-Failure", "");
    success ? complete() : end(EndReason::eap_failure, Side::server);
}

void HandshakeTracker::quic_version_negotiation(QuicVersionNegotiation negotiation)
{
    if (over() || conversation_.quic_version_negotiation)
        return;
    conversation_.quic_version_negotiation = {now_, std::move(negotiation)};
    step(&Timeline::transport, Side::server, "Version Negotiation", "");
    emit(EventKind::quic_version_negotiation, Side::server);
}

void HandshakeTracker::quic_bytes(Side side, std::size_t count)
{
    conversation_.bytes[side] += count;
}

void HandshakeTracker::quic_handshake(Side side)
{
    if (!over() && side == Side::client)
        conversation_.quic_client_handshake = now_;
}

// RFC 9001, 4.1.2: the server's answer to the client's first 1-RTT packet shows that it accepted the client's Finished.
void HandshakeTracker::quic_one_rtt(Side side)
{
    progress_ = now_.time;
    if (over() || conversation_.stage < Stage::server_hello)
        return;
    step(&Timeline::protected_packet, side);
    if (side == Side::client)
        stage(Stage::client_flight);
    else if (conversation_.stage == Stage::client_flight)
        complete();
}

// TLS 1.3: the client has finished; the server's next message shows whether it accepts the client.
bool HandshakeTracker::waits_for_server_data() const
{
    return conversation_.tls13() && conversation_.stage == Stage::client_flight;
}

bool HandshakeTracker::saw_client_finish() const
{
    return conversation_.finished[Side::client] || conversation_.record_sizes.client_finished;
}

void HandshakeTracker::judge_so_far()
{
    if (encrypted_pending_ && !over())
        read_encrypted();
    encrypted_pending_ = false;
    judge_closings();
    if (ended_pending_) {
        ended_pending_ = false;
        emit_client_flight();
        emit(EventKind::ended, conversation_.ending.by);
        conversation_.transcript.forget();
    }
    if (std::exchange(refusal_pending_, false))
        emit(EventKind::renegotiation_refused, Side::server);
}

void HandshakeTracker::frame_over()
{
    judge_so_far();
    has_events_ = false;
}

constexpr std::uint32_t longest_alert = 64; // with the usual padding (RFC 8446, 5.4)

void HandshakeTracker::read_encrypted()
{
    const auto from_server = [&](const EncryptedRecord &record) {
        return record.by == Side::server && conversation_.finished[Side::client] &&
               record.at.frame > conversation_.finished[Side::client].frame &&
               (record.decrypted || record.length > longest_alert);
    };
    if (conversation_.decrypted) {
        const bool alerted = !conversation_.alerts.empty() && conversation_.alerts.back().at.frame == now_.frame;
        if (!alerted && waits_for_server_data() && !conversation_.encrypted_records.empty() &&
            from_server(conversation_.encrypted_records.back()))
            complete();
        return;
    }
    conversation_.record_sizes = read_record_sizes(conversation_);
    const RecordSizes &sizes = conversation_.record_sizes;
    if (sizes.request || sizes.client_certificate != ClientAuth::unknown)
        stage(Stage::server_flight);
    if (sizes.client_finished) {
        stage(Stage::client_flight);
        emit_client_flight();
    }
    if (sizes.client_alert) {
        end(EndReason::encrypted_alert, Side::client);
    } else if (sizes.server_data) {
        complete();
    } else if (sizes.server_alert && !conversation_.fin[Side::client] &&
               (sizes.client_certificate == ClientAuth::empty || sizes.client_certificate == ClientAuth::sent)) {
        end(EndReason::encrypted_alert, Side::server);
        conversation_.refused_late = true;
    } else if (!sizes.possible) {
        read_blindly();
    }
}

// The dissector decrypted the client's records but not this one, which can be the server's alert. Or the capture lacks
// what the server sent then.
bool HandshakeTracker::may_be_refused() const
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
void HandshakeTracker::read_blindly()
{
    if (conversation_.gaps.any())
        return;
    const auto client_spoke = std::ranges::find_if(conversation_.encrypted_records, [&](const EncryptedRecord &record) {
        return record.by == Side::client && conversation_.server_hello &&
               record.at.frame > conversation_.server_hello.at.frame;
    });
    if (client_spoke == conversation_.encrypted_records.end())
        return;
    stage(Stage::client_flight);
    const bool answered =
        std::any_of(client_spoke, conversation_.encrypted_records.end(), [](const EncryptedRecord &record) {
            return record.by == Side::server && record.length > longest_alert;
        });
    if (answered)
        complete();
}

void HandshakeTracker::judge_closings()
{
    for (const auto &[side, reason] : closings_) {
        Moment &when = reason == EndReason::closed ? conversation_.fin[side] : conversation_.rst[side];
        if (!when) {
            when = now_;
            step(&Timeline::transport, side, reason == EndReason::closed ? "TCP FIN" : "TCP RST", "");
        }
        if (over() || hidden_from_us())
            continue;
        const bool client_was_content =
            conversation_.client_auth() == ClientAuth::none || conversation_.fin[Side::client];
        if (!waits_for_server_data())
            leave(reason, side);
        else if (side == Side::server && !client_was_content)
            leave(reason, side);
        else if (side == Side::server && saw_client_finish() && !may_be_refused())
            complete(); // there was nothing left for the server to refuse, or it only follows the client
        // otherwise the client is done: the server's next message, or the end, decides
    }
    closings_.clear();
}

// SSLv2 records cannot be recognized by their bytes, so what follows its hellos cannot be followed.
bool HandshakeTracker::hidden_from_us() const
{
    return conversation_.server_hello && conversation_.server_hello->sslv2;
}

// If the waiting side closes after a silence, the silence is what ended it.
void HandshakeTracker::leave(EndReason reason, Side side)
{
    stays_in_plain_text();
    const Time waited = now_.time - progress_;
    const bool waited_long =
        conversation_.stage != Stage::nothing && waited >= history_.silence && waited <= longest_wait;
    if (waited_long && side != owes())
        end(EndReason::silence, owes());
    else
        end(reason, side);
}

Side HandshakeTracker::owes() const
{
    const bool flight_arrived = conversation_.segments[Side::server].stuck_times == 0;
    return conversation_.stage == Stage::server_flight && flight_arrived ? Side::client : Side::server;
}

// TCP and DTLS retransmit what is not answered. Data that was neither acknowledged nor retransmitted means that the
// capture ended first.
bool HandshakeTracker::waited() const
{
    const Side waiting = peer(owes());
    if (conversation_.transport == Transport::dtls || conversation_.transport == Transport::quic)
        return conversation_.retransmissions[waiting] > 0;
    return !conversation_.gaps.tail_open;
}

void HandshakeTracker::finish(Time now)
{
    frame_over();
    now_ = conversation_.last;
    if (now - conversation_.starttls_refused.time >= history_.silence)
        stays_in_plain_text();
    if (!over() && !conversation_.gaps.started_midway && !conversation_.inner && !hidden_from_us()) {
        if (waits_for_server_data()) {
            if ((finished() && saw_client_finish() && !may_be_refused()) ||
                conversation_.client_auth() == ClientAuth::none)
                complete(); // otherwise the server may still refuse
        } else if (conversation_.stage != Stage::nothing && now - progress_ >= history_.silence && waited())
            end(EndReason::silence, owes());
    }
    frame_over();
    emit(EventKind::capture_end, Side::client);
}

HandshakeTracker HandshakeTracker::apart() const
{
    HandshakeTracker copy = *this;
    copy.teaches_ = false;
    copy.timeline_ = nullptr;
    return copy;
}

HandshakeTracker HandshakeTracker::ended_now(Time now) const
{
    HandshakeTracker copy = apart();
    copy.finish(now);
    return copy;
}

bool HandshakeTracker::finished() const
{
    const auto gone = [&](Side side) { return conversation_.fin[side] || conversation_.rst[side]; };
    return conversation_.rst[Side::client] || conversation_.rst[Side::server] ||
           (gone(Side::client) && gone(Side::server));
}

} // namespace tlsdiag
