// Keeps the ladders of a capture; keeps nothing unless ladders are wanted.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/conversation_observer.hpp"
#include "ladder/build.hpp"

#include <cstdint>
#include <unordered_map>

namespace tlsdiag {

class Ladders final : public ConversationObserver {
public:
    enum class Keep : std::uint8_t {
        none,
        problems, // only conversations that have a problem
        all,
    };

    void keep(Keep kept) { keep_ = kept; } // of conversations that begin from now on

    // Where to record its steps; nullptr: they are not wanted.
    HandshakeObserver *begin(std::uint32_t conversation) override;

    // Draws the conversation.
    void end(const Conversation &conversation, const Summary &summary, Time until) override;

    // The ladder of a conversation that has ended, or of one that continues, as if it had ended now. It has no rows if
    // it was not kept.
    Ladder of(const Summary &summary) const;
    Ladder of(const Summary &summary, const Conversation &as_if_ended, Time until) const;

private:
    Keep keep_ = Keep::none;
    std::unordered_map<std::uint32_t, Timeline> steps_; // elements keep their addresses
    std::unordered_map<std::uint32_t, Drawing> drawings_;
};

} // namespace tlsdiag
