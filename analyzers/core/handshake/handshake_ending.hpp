// Decides how a handshake ended, from closings, record sizes and silence.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/handshake_state.hpp"

namespace tlsdiag {

class HandshakeEnding {
public:
    explicit HandshakeEnding(HandshakeState &state) : state_{state}, conversation_{state.conversation} {}

    // Judges this frame's data so far: encrypted records, then closings.
    void settle();
    // Judges silence, and what TLS 1.3 leaves open. `now` is the time until which the capture shows nothing more.
    void end_of_capture(Time now);

    void leave(EndReason reason, Side side); // the side closes
    void stay_plaintext();                   // after a refusal of STARTTLS
    // The server spoke first, and not TLS: the client takes its words for the answer to its ClientHello. Returns
    // whether this is so, and notes it.
    bool greeted();
    // TLS 1.3: the client has finished; the server's next message shows whether it accepts the client.
    bool waits_for_server_data() const;
    // The same, and the server had nothing to refuse: it did not ask for the client's certificate.
    bool client_is_content() const;
    Side owes() const; // who must send the next message

private:
    void read_encrypted();
    void read_blindly();
    void judge_closings();
    bool saw_client_finish() const; // directly, or by its size
    bool may_be_refused() const;
    bool waited_in_vain() const;        // the server closes, after a silence in which it could have refused the client
    CompletionSign sign_so_far() const; // if no data of the server shows that it accepted the client
    bool closed_unseen(Time now) const;
    bool waited() const; // data arrived or was retransmitted, so the side that owes the next message is silent

    HandshakeState &state_;
    Conversation &conversation_;
};

} // namespace tlsdiag
