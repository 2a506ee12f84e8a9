// Tracks one conversation: takes what its carrier found (records, messages, alerts, closings), keeps the facts, and
// sends events to the analyzers. Nobody else writes the facts. It does not depend on the transport.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/handshake_state.hpp"
#include "core/tls/records.hpp"

namespace tlsdiag {

class HandshakeTracker {
public:
    // `on_event` is called for each event, with the conversation's facts up to date. The history must outlive the
    // tracker.
    HandshakeTracker(CaptureHistory &history, HandshakeState::OnEvent on_event, std::uint32_t number,
                     const ConversationStart &start)
        : state_{history, std::move(on_event), number, start}
    {
    }

    const Conversation &conversation() const { return state_.conversation; }

    // Also reports what happens to whoever draws it. The observer must outlive the tracker.
    void observe(HandshakeObserver *observer) { state_.observer = observer; }

    // Starts a frame of this conversation; its contents follow.
    void begin_frame(Side from, const Moment &now, std::uint8_t hop_limit = 0);
    void record_event(Side side, const RecordEvent &event); // what a record reader found
    void message(Side side, std::uint8_t type, Bytes body, bool decrypted);
    void alert(Side side, Alert alert, bool decrypted);
    void transport(const TransportEvent &event);

    // Judges this frame's data so far, before more of it is added.
    void settle();
    // Judges all of this frame's data. Returns whether there was anything to judge; most frames have nothing.
    bool end_frame();

    // No more packets follow: judges silence, and what TLS 1.3 leaves open. `now` is the capture's last time.
    void end_of_capture(Time now);
    // A copy for which the capture ended at `now`; it does not change the capture's knowledge.
    HandshakeTracker if_capture_ended(Time now) const;
    HandshakeTracker detached_copy() const; // does not change the capture's knowledge

    // Both sides have closed, or one has sent RST.
    bool closed() const { return state_.closed(); }
    // Only record headers need to be read from now on.
    bool outcome_known() const { return state_.outcome_known(); }

private:
    void take(Side side, const RecordSeen &record);
    void take(Side side, const Heartbeat &heartbeat);
    void take(Side side, const Alert &alert);
    void take(Side side, const HandshakeBytes &message);
    void take(Side side, const HandshakeTooLong &message);
    void take(Side side, const NotTls &strange);
    void take(Side side, const BytesMissing &gap);
    void change_cipher_spec(Side side);
    void encrypted(Side side, const RecordSeen &record);
    bool sent_again(Side side, const RecordSeen &record) const;
    void missing(Side side, std::uint64_t count);
    void plain_after_tls(Side side, const NotTls &strange);

    HandshakeState state_;
};

} // namespace tlsdiag
