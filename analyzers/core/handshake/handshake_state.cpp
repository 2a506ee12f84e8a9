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
    for (const Side side : {Side::client, Side::server})
        conversation.hop_limits[side].seen[0] = start.hop_limits[side];
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

void HandshakeState::complete(CompletionSign sign)
{
    if (outcome_known())
        return;
    conversation.completion_sign = sign;
    conversation.completed = now;
    conversation.stage = Stage::completed;
    conversation.transcript.forget();
    if (teaches)
        history.learn_completion(conversation);
    if (teaches)
        history.learn_segments(conversation);
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
    if (teaches)
        history.learn_segments(conversation);
    if (by == sender)
        conversation.ending.hop_limit = conversation.hop_limits[by].last;
    ending_untold = unsettled = true;
}

} // namespace tlsdiag
