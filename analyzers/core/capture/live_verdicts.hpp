// Tells which conversations have a new outcome since the last question, while the capture is still running.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/verdict.hpp"

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tlsdiag {

// What live verdicts have to know about open conversations.
class OpenConversations {
public:
    // nullopt: its outcome is known.
    virtual std::optional<Moment> last_packet(std::uint32_t conversation) const = 0;
    // As if no more packets came.
    virtual Verdict verdict_without_more(std::uint32_t conversation) const = 0;

protected:
    ~OpenConversations() = default;
};

class LiveVerdicts {
public:
    explicit LiveVerdicts(Time silence) : silence_{silence} {}

    // A conversation without an outcome; it may be silent from `now` on.
    void begun(std::uint32_t conversation, Time now);

    // Its outcome is known by a packet.
    void known(std::uint32_t conversation, const Verdict &verdict) { tell(conversation, verdict, false); }

    // The conversations whose outcome became known since the last call, by packets or by silence until `now`.
    std::vector<std::uint32_t> take(Time now, const OpenConversations &open);

private:
    struct Look { // at a conversation that may be silent
        std::uint32_t conversation;
        std::uint32_t judged_at; // its last frame when it was last judged; 0: never
    };

    std::optional<Look> next_look(Time now);
    void look(Look look, Time now, const OpenConversations &open);
    void tell(std::uint32_t conversation, const Verdict &verdict, bool by_silence);

    Time silence_;
    std::multimap<Time, Look> looks_;
    std::unordered_map<std::uint32_t, std::pair<Outcome, const Diagnosis *>> told_by_silence_;
    std::vector<std::uint32_t> news_;
};

} // namespace tlsdiag
