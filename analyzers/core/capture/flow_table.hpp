// The flows of one kind by their key, and which conversation was in those that have ended.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

namespace tlsdiag {

template <template <class...> class Map, class Key, class Flow>
class FlowTable {
public:
    // The flow, which is made by `make` if there is none; nullptr: it has ended.
    template <class Make>
    Flow *flow(const Key &key, Make make)
    {
        if (ended_.contains(key))
            return nullptr;
        std::unique_ptr<Flow> &flow = flows_[key];
        if (!flow)
            flow = make();
        return flow.get();
    }

    // A flow without a conversation.
    void forget(const Key &key) { flows_.erase(key); }

    // The conversation in a flow that has ended.
    std::optional<std::uint32_t> ended(const Key &key) const
    {
        const auto found = ended_.find(key);
        return found == ended_.end() ? std::nullopt : std::optional{found->second};
    }
    void restart(const Key &key) { ended_.erase(key); }

    // Its later packets are not followed. Another conversation in the same flow is.
    void end(const Key &key, std::uint32_t conversation)
    {
        const auto found = flows_.find(key);
        if (found == flows_.end() || !found->second || !was_last(*found->second, conversation))
            return;
        flows_.erase(found);
        ended_[key] = conversation;
    }

private:
    // A flow can carry several conversations at once.
    static bool was_last(Flow &flow, std::uint32_t conversation)
    {
        if constexpr (requires { flow.forget(conversation); })
            return flow.forget(conversation);
        else
            return flow.tracker() && flow.tracker()->conversation().number == conversation;
    }

    Map<Key, std::unique_ptr<Flow>> flows_;
    Map<Key, std::uint32_t> ended_;
};

} // namespace tlsdiag
