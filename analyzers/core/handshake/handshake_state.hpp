// What the parts of the handshake tracker share: the facts of the conversation, and what waits for the end of the
// frame. SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/capture_history.hpp"
#include "core/handshake/finding.hpp"
#include "core/handshake/observer.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace tlsdiag {

// What is known of a conversation when it starts.
struct ConversationStart {
    Transport transport = Transport::tcp;
    std::optional<std::uint32_t> stream; // Wireshark's number of the TCP or UDP stream
    Endpoint client, server;
    bool inner = false;                 // inside another TLS connection
    PerSide<std::uint8_t> hop_limits{}; // of the first packets; 0: not known
};

struct HandshakeState {
    using OnEvent = std::function<void(Conversation &, const Event &)>;

    HandshakeState(CaptureHistory &capture_history, OnEvent handler, std::uint32_t number,
                   const ConversationStart &start);

    bool outcome_known() const { return conversation.completed || conversation.ending; }
    // SSLv2 records cannot be recognized by their bytes, so what follows its hellos cannot be followed.
    bool unreadable() const { return conversation.server_hello && conversation.server_hello->sslv2; }

    bool closed() const; // both sides have closed, or one has sent RST

    void emit(EventKind kind, Side side);
    void emit_client_flight(); // once it is known whether the client's certificate was sent, empty, or not requested
    void reach(Stage stage);
    void finished_seen(Side side);
    void complete(CompletionSign sign = CompletionSign::seen);
    void end(EndReason reason, Side by);

    template <class... Parameters, class... Arguments>
    void show(void (HandshakeObserver::*note)(const Moment &, Parameters...), Arguments &&...arguments)
    {
        if (observer)
            (observer->*note)(now, std::forward<Arguments>(arguments)...);
    }

    Conversation conversation;
    CaptureHistory &history;
    OnEvent on_event;
    HandshakeObserver *observer = nullptr; // nullptr: no ladder is needed
    bool teaches = true;                   // the capture's history learns from it

    Moment now;
    Side sender = Side::client;    // of this frame
    Time progress = 0;             // when TLS bytes last arrived
    bool unsettled = false;        // this frame contained something to judge
    bool encrypted_unread = false; // this frame contained encrypted records of TLS 1.3
    bool ending_untold = false;
    bool refusal_untold = false; // of a renegotiation
    bool client_flight_told = false;
    struct Closing {
        Side by;
        EndReason reason;
        Moment at; // a FIN that came before the data that precedes it was captured earlier
    };
    std::vector<Closing> closings; // of this frame
};

} // namespace tlsdiag
