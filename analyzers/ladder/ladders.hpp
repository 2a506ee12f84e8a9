// The ladders of a capture: nothing, unless somebody wants them.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/build.hpp"

#include <cstdint>
#include <unordered_map>

namespace tlsdiag {

class Ladders {
public:
    enum class Keep : std::uint8_t {
        none,
        problems, // only of conversations that have a problem
        all,
    };

    void keep(Keep kept) { keep_ = kept; }

    // A conversation begins: where its steps are noted. nullptr: nobody wants them.
    Timeline *begin(std::uint32_t conversation);

    // Its packets are forgotten: it is drawn.
    void end(const Conversation &conversation, const Summary &summary, Time until);

    // Of one that has ended; of one that goes on, as if it had ended. Without rows where it was not kept.
    Ladder of(const Summary &summary) const;
    Ladder of(const Summary &summary, const Conversation &as_if_ended, Time until) const;

private:
    Keep keep_ = Keep::none;
    std::unordered_map<std::uint32_t, Timeline> steps_; // its elements keep their places
    std::unordered_map<std::uint32_t, Drawing> drawings_;
};

} // namespace tlsdiag
