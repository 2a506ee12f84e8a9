// Follows one conversation: takes what its carrier found (records, messages, alerts, closings), keeps the facts, and
// sends events to the analyzers. It does not depend on the transport.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/capture_history.hpp"
#include "core/handshake/conversation.hpp"
#include "core/handshake/finding.hpp"
#include "core/tls/records.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace tlsdiag {

class Timeline;

class HandshakeTracker {
public:
    // `tell` is called for each event, with the conversation's facts up to date. The capture must outlive the tracker.
    HandshakeTracker(CaptureHistory &history, std::function<void(Conversation &, const Event &)> on_event);

    Conversation &conversation() { return conversation_; }
    const Conversation &conversation() const { return conversation_; }

    // Also records the events for a ladder. `steps` must outlive the tracker.
    void observe(Timeline *steps) { timeline_ = steps; }

    // Starts a frame of this conversation; its contents follow.
    void frame(Side from, const Moment &now);

    void record_event(Side side, const RecordEvent &event);
    // A complete handshake message; in DTLS with its message_seq.
    void message(Side side, std::uint8_t type, Bytes body, bool decrypted,
                 std::optional<std::uint16_t> message_seq = std::nullopt);
    void alert(Side side, Alert alert, bool decrypted);

    // TCP closings are judged at the end of the frame, after the frame's data.
    void closed(Side side);
    void reset(Side side);
    void starttls_refused(); // in plain text; valid unless a ClientHello follows anyway
    void stays_in_plain_text();
    void starttls_unclear();                         // part of the plain-text dialogue is missing
    void sent_again(Side side);                      // data of the handshake was retransmitted
    void unreachable(Side side, std::uint16_t icmp); // the sender whose packets are not delivered; type << 8 | code
    void quic_version_negotiation(QuicVersionNegotiation negotiation);
    void quic_close(Side side, std::uint64_t code);
    void eap_result(bool success);
    void quic_bytes(Side side, std::size_t count);
    void quic_handshake(Side side); // a Handshake packet
    void quic_one_rtt(Side side);   // a 1-RTT packet

    void judge_so_far(); // judges this frame's data so far, before more of it is added
    void frame_over();
    // Whether this frame contained anything to judge; most do not.
    bool has_events() const { return has_events_; }

    // No more packets follow: judges silence and what TLS 1.3 leaves open. `now` is the capture's last time.
    void finish(Time now);
    // A copy that was finished at `now`; it does not change the capture's knowledge.
    HandshakeTracker ended_now(Time now) const;
    HandshakeTracker apart() const; // a copy that does not change the capture's knowledge

    // Both sides have closed, or one has sent RST.
    bool finished() const;
    // The outcome is known: only record headers need to be read from now on.
    bool over() const { return conversation_.completed || conversation_.ending; }

private:
    void missing(Side side, std::uint64_t count);
    void not_tls(Side side, const NotTls &strange);
    void change_cipher_spec(Side side);
    void encrypted(Side side, const RecordSeen &record);
    void renegotiation(Side side, ContentType type);
    void read_later(Side side, const Message &message);
    void finished_seen(Side side);

    void readable(Side side, Message &&message, bool decrypted);
    void take(Side side, ClientHello &&hello);
    void take(Side side, ServerHello &&hello);
    void take(Side side, HelloVerifyRequest &&request);
    void take(Side side, EncryptedExtensions &&extensions);
    void take(Side side, CertificateMessage &&message);
    void take(Side side, CertificateRequest &&request);
    void take(Side side, CertificateStatus &&status);
    void take(Side side, ServerKeyExchange &&exchange);
    void take(Side side, CertificateVerify &&verify);
    void take(Side side, ClientKeyExchange &&exchange);
    void take(Side side, Finished &&finished);
    void take(Side side, NewSessionTicket &&ticket);
    void take(Side side, EmptyMessage &&message);
    void take(Side side, OpaqueMessage &&message);
    void take_chain(Side side, const CertificateMessage &message);
    void emit_client_flight();

    bool is_fatal(Alert alert) const;
    bool waits_for_server_data() const;
    bool may_be_refused() const;
    bool saw_client_finish() const; // directly, or by its size
    void read_encrypted();
    void read_blindly();
    void judge_closings();
    void leave(EndReason reason, Side side);
    bool hidden_from_us() const;
    Side owes() const;   // who must send the next message
    bool waited() const; // data arrived or was retransmitted, so the side that owes the next message is silent

    template <class... Parameters, class... Arguments>
    void step(void (Timeline::*note)(const Moment &, Parameters...), Arguments &&...arguments)
    {
        if (timeline_)
            (timeline_->*note)(now_, std::forward<Arguments>(arguments)...);
    }

    void stage(Stage reached);
    void end(EndReason reason, Side by);
    void complete();
    void emit(EventKind kind, Side side);

    Moment now_;
    Time progress_ = 0; // when TLS bytes last arrived
    bool has_events_ = false;
    Conversation conversation_;
    CaptureHistory &history_;
    std::function<void(Conversation &, const Event &)> on_event_;
    Timeline *timeline_ = nullptr; // nullptr: no ladder is needed
    bool teaches_ = true;
    bool client_flight_emitted_ = false;
    bool encrypted_pending_ = false; // this frame contained encrypted records of TLS 1.3
    bool ended_pending_ = false;
    bool refusal_pending_ = false;                     // in a renegotiation
    std::vector<std::pair<Side, EndReason>> closings_; // of this frame
};

} // namespace tlsdiag
