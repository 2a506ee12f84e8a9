// How it ended: closings, sizes and silence, judged when a frame is over.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_tracker.hpp"

#include "core/capture/clock_gaps.hpp"
#include "core/handshake/record_sizes.hpp"
#include "ladder/timeline.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

void Follower::closed(Side side)
{
    closings_.emplace_back(side, How::closed);
    news_ = true;
}
void Follower::reset(Side side)
{
    closings_.emplace_back(side, How::reset);
    news_ = true;
}

void Follower::upgrade_refused()
{
    facts_.upgrade_refused = now_;
}

void Follower::stays_in_plain_text()
{
    if (facts_.upgrade_refused && !facts_.blind.truncated)
        end(How::not_upgraded, Side::server);
}

void Follower::upgrade_unclear()
{
    facts_.upgrade_refused = {};
}

void Follower::sent_again(Side side)
{
    ++facts_.retransmissions[side];
    step(&Steps::sent_again, side);
}

void Follower::unreachable(Side side, std::uint16_t icmp)
{
    if (over())
        return;
    step(&Steps::unreachable, side, icmp);
    end(How::unreachable, side);
    facts_.ending.icmp = icmp;
}

void Follower::quic_close(Side side, std::uint64_t code)
{
    // RFC 9001, 4.8: an alert is a connection error of 0x0100 + its description.
    if (code >= 0x0100 && code <= 0x01ff) {
        alert(side, Alert{.level = 2, .description = static_cast<std::uint8_t>(code)},
              facts_.stage > Stage::server_hello);
        return;
    }
    step(&Steps::transport, side, "CONNECTION_CLOSE", "error " + hex(code, 2));
    if (over())
        return;
    end(How::quic_close, side);
    facts_.ending.quic_code = code;
}

void Follower::eap_result(bool success)
{
    if (over() || facts_.stage == Stage::nothing)
        return;
    step(&Steps::transport, Side::server, success ? "EAP-Success" : "EAP-Failure", "");
    success ? complete() : end(How::eap_failure, Side::server);
}

void Follower::quic_version_negotiation(QuicVersionNegotiation negotiation)
{
    if (over() || facts_.quic_version_negotiation)
        return;
    facts_.quic_version_negotiation = {now_, std::move(negotiation)};
    step(&Steps::transport, Side::server, "Version Negotiation", "");
    say(Sees::quic_version_negotiation, Side::server);
}

void Follower::quic_bytes(Side side, std::size_t count)
{
    facts_.bytes[side] += count;
}

void Follower::quic_handshake(Side side)
{
    if (!over() && side == Side::client)
        facts_.quic_client_handshake = now_;
}

// RFC 9001, 4.1.2: the server's answer to the client's first 1-RTT packet shows that it took the client's Finished.
void Follower::quic_one_rtt(Side side)
{
    progress_ = now_.time;
    if (over() || facts_.stage < Stage::server_hello)
        return;
    step(&Steps::protected_packet, side);
    if (side == Side::client)
        stage(Stage::client_flight);
    else if (facts_.stage == Stage::client_flight)
        complete();
}

// TLS 1.3: the client is done, and whether the server is content shows in what it sends next.
bool Follower::waits_for_server_data() const
{
    return facts_.tls13() && facts_.stage == Stage::client_flight;
}

bool Follower::saw_client_finish() const
{
    return facts_.finished[Side::client] || facts_.sizes.client_finished;
}

void Follower::judge_so_far()
{
    if (hidden_untold_ && !over())
        read_hidden();
    hidden_untold_ = false;
    judge_closings();
    if (ended_untold_) {
        ended_untold_ = false;
        tell_client_flight();
        say(Sees::ended, facts_.ending.by);
        facts_.transcript.forget();
    }
    if (std::exchange(refusal_untold_, false))
        say(Sees::renegotiation_refused, Side::server);
}

void Follower::frame_over()
{
    judge_so_far();
    news_ = false;
}

constexpr std::uint32_t longest_alert = 64; // with padding (RFC 8446, 5.4), as stacks pad

void Follower::read_hidden()
{
    const auto from_server = [&](const HiddenRecord &record) {
        return record.by == Side::server && facts_.finished[Side::client] &&
               record.at.frame > facts_.finished[Side::client].frame &&
               (record.opened || record.length > longest_alert);
    };
    if (facts_.decrypted) {
        const bool alerted = !facts_.alerts.empty() && facts_.alerts.back().at.frame == now_.frame;
        if (!alerted && waits_for_server_data() && !facts_.hidden.empty() && from_server(facts_.hidden.back()))
            complete();
        return;
    }
    facts_.sizes = read_sizes(facts_);
    const SizeReading &sizes = facts_.sizes;
    if (sizes.request || sizes.client_certificate != ClientAuth::unknown)
        stage(Stage::server_flight);
    if (sizes.client_finished) {
        stage(Stage::client_flight);
        tell_client_flight();
    }
    if (sizes.client_alert) {
        end(How::hidden_alert, Side::client);
    } else if (sizes.server_data) {
        complete();
    } else if (sizes.server_alert && !facts_.fin[Side::client] &&
               (sizes.client_certificate == ClientAuth::empty || sizes.client_certificate == ClientAuth::sent)) {
        end(How::hidden_alert, Side::server);
        facts_.refused_late = true;
    } else if (!sizes.possible) {
        read_blindly();
    }
}

// The dissector opened what the client sent, but not this: a record that can be the server's alert. Or the capture
// lacks what the server sent then.
bool Follower::may_be_refused() const
{
    const Moment &client = facts_.finished[Side::client], &gap = facts_.blind.first_gap[Side::server];
    if (facts_.client_auth() == ClientAuth::none)
        return false;
    if (gap && gap.frame >= (client ? client : facts_.sizes.client_finished).frame)
        return true;
    return facts_.decrypted && client && std::ranges::any_of(facts_.hidden, [&](const HiddenRecord &record) {
               return record.by == Side::server && record.at.frame > client.frame && !record.opened &&
                      record.length <= longest_alert;
           });
}

// Sizes tell nothing: an answer of the server to something that the client sent under its keys is all that shows.
void Follower::read_blindly()
{
    if (facts_.blind.any())
        return;
    const auto client_spoke = std::ranges::find_if(facts_.hidden, [&](const HiddenRecord &record) {
        return record.by == Side::client && facts_.server_hello && record.at.frame > facts_.server_hello.at.frame;
    });
    if (client_spoke == facts_.hidden.end())
        return;
    stage(Stage::client_flight);
    const bool answered = std::any_of(client_spoke, facts_.hidden.end(), [](const HiddenRecord &record) {
        return record.by == Side::server && record.length > longest_alert;
    });
    if (answered)
        complete();
}

void Follower::judge_closings()
{
    for (const auto &[side, how] : closings_) {
        Moment &when = how == How::closed ? facts_.fin[side] : facts_.rst[side];
        if (!when) {
            when = now_;
            step(&Steps::transport, side, how == How::closed ? "TCP FIN" : "TCP RST", "");
        }
        if (over() || hidden_from_us())
            continue;
        const bool client_was_content = facts_.client_auth() == ClientAuth::none || facts_.fin[Side::client];
        if (!waits_for_server_data())
            leave(how, side);
        else if (side == Side::server && !client_was_content)
            leave(how, side);
        else if (side == Side::server && saw_client_finish() && !may_be_refused())
            complete(); // nothing was left for the server to refuse, or it only follows the client
        // else the client has what it wanted: the server's word, or the end, decides
    }
    closings_.clear();
}

// SSLv2 has no records that can be told from their bytes: what follows its hellos cannot be followed.
bool Follower::hidden_from_us() const
{
    return facts_.server_hello && facts_.server_hello->sslv2;
}

// Where the one who waited gives up after a silence, it is the silence that ended it.
void Follower::leave(How how, Side side)
{
    stays_in_plain_text();
    const Time waited = now_.time - progress_;
    const bool waited_long = facts_.stage != Stage::nothing && waited >= knowledge_.silence && waited <= longest_wait;
    if (waited_long && side != owes())
        end(How::silence, owes());
    else
        end(how, side);
}

Side Follower::owes() const
{
    const bool flight_arrived = facts_.segments[Side::server].stuck_times == 0;
    return facts_.stage == Stage::server_flight && flight_arrived ? Side::client : Side::server;
}

// TCP and DTLS send again what is not answered. Data that nobody acknowledged and nobody sent again has its sequel
// outside of the capture.
bool Follower::waited() const
{
    const Side waiting = peer(owes());
    if (facts_.transport == Transport::dtls || facts_.transport == Transport::quic)
        return facts_.retransmissions[waiting] > 0;
    return !facts_.blind.tail_open;
}

void Follower::finish(Time now)
{
    frame_over();
    now_ = facts_.last;
    if (now - facts_.upgrade_refused.time >= knowledge_.silence)
        stays_in_plain_text();
    if (!over() && !facts_.blind.started_midway && !facts_.inner && !hidden_from_us()) {
        if (waits_for_server_data()) {
            if ((finished() && saw_client_finish() && !may_be_refused()) || facts_.client_auth() == ClientAuth::none)
                complete(); // else the server's refusal may still come
        } else if (facts_.stage != Stage::nothing && now - progress_ >= knowledge_.silence && waited())
            end(How::silence, owes());
    }
    frame_over();
    say(Sees::capture_end, Side::client);
}

Follower Follower::apart() const
{
    Follower copy = *this;
    copy.teaches_ = false;
    copy.steps_ = nullptr;
    return copy;
}

Follower Follower::ended_now(Time now) const
{
    Follower copy = apart();
    copy.finish(now);
    return copy;
}

bool Follower::finished() const
{
    const auto gone = [&](Side side) { return facts_.fin[side] || facts_.rst[side]; };
    return facts_.rst[Side::client] || facts_.rst[Side::server] || (gone(Side::client) && gone(Side::server));
}

} // namespace tlsdiag
