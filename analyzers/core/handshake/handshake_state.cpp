// How far a handshake got, and the events that tell it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_state.hpp"

#include <algorithm>

namespace tlsdiag {

HandshakeState::HandshakeState(CaptureHistory &capture_history, OnEvent handler, std::uint32_t number,
                               const ConversationStart &start)
    : history{capture_history}, on_event{std::move(handler)}
{
    conversation.history = &history;
    conversation.number = number;
    conversation.transport = start.transport;
    conversation.stream = start.stream;
    conversation.client = start.client;
    conversation.server = start.server;
    conversation.inner = start.inner;
    conversation.gaps.direction_missing = {{!start.inner, !start.inner}};
}

bool HandshakeState::closed() const
{
    const auto gone = [&](Side side) { return conversation.fin[side] || conversation.rst[side]; };
    return conversation.rst[Side::client] || conversation.rst[Side::server] ||
           (gone(Side::client) && gone(Side::server));
}

void HandshakeState::emit(EventKind kind, Side side)
{
    unsettled = true;
    on_event(conversation, Event{kind, side, now});
}

void HandshakeState::emit_client_flight()
{
    if (client_flight_told)
        return;
    client_flight_told = true;
    emit(EventKind::client_flight, Side::client);
}

void HandshakeState::reach(Stage stage)
{
    conversation.stage = std::max(conversation.stage, stage);
}

void HandshakeState::finished_seen(Side side)
{
    if (conversation.tls13())
        reach(side == Side::server ? Stage::server_flight : Stage::client_flight);
    else if (conversation.finished[peer(side)])
        complete();
    else if (side == Side::client)
        reach(Stage::client_flight);
    else
        reach(conversation.resumed ? Stage::server_flight : Stage::client_flight);
}

void HandshakeState::complete()
{
    if (outcome_known())
        return;
    conversation.completed = now;
    conversation.stage = Stage::completed;
    conversation.transcript.forget();
    if (teaches)
        history.learn_completion(conversation);
    emit(EventKind::completed, Side::server);
}

void HandshakeState::end(EndReason reason, Side by)
{
    if (outcome_known())
        return;
    conversation.ending.at = now;
    conversation.ending.reason = reason;
    conversation.ending.by = by;
    conversation.ending.stage = conversation.stage;
    ending_untold = unsettled = true;
}

} // namespace tlsdiag
