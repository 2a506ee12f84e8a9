// An index by frame: which conversations a frame belongs to, and what it shows about them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/frame_index.hpp"

#include <algorithm>

namespace tlsdiag {

template <class Value>
static void grow_to(std::vector<Value> &by_frame, std::uint32_t frame)
{
    if (frame >= by_frame.size())
        by_frame.resize(std::max<std::size_t>(frame + 1, by_frame.size() * 3 / 2));
}

void FrameIndex::add(std::uint32_t frame, std::uint32_t conversation)
{
    grow_to(first_conversation_, frame);
    if (first_conversation_[frame] == 0)
        first_conversation_[frame] = conversation + 1;
    else
        more_conversations_.emplace(frame, conversation);
}

std::vector<std::uint32_t> FrameIndex::conversations_of(std::uint32_t frame) const
{
    if (frame >= first_conversation_.size() || first_conversation_[frame] == 0)
        return {};
    std::vector<std::uint32_t> all{first_conversation_[frame] - 1};
    const auto [begin, end] = more_conversations_.equal_range(frame);
    std::for_each(begin, end, [&](const auto &one) { all.push_back(one.second); });
    return all;
}

void FrameIndex::add_content(std::uint32_t frame, std::uint32_t conversation, FrameContent content)
{
    raise_content(frame, content);
    const auto [begin, end] = shown_.equal_range(frame);
    if (std::none_of(begin, end, [&](const auto &one) { return one.second == conversation; }))
        shown_.emplace(frame, conversation);
}

void FrameIndex::raise_content(std::uint32_t frame, FrameContent content)
{
    grow_to(contents_, frame);
    contents_[frame] = std::max(contents_[frame], content);
}

std::set<std::uint32_t> FrameIndex::shown_in(std::uint32_t frame) const
{
    std::set<std::uint32_t> conversations;
    for (const auto *where : {&shown_, &shown_at_end_}) {
        const auto [begin, end] = where->equal_range(frame);
        std::for_each(begin, end, [&](const auto &one) { conversations.insert(one.second); });
    }
    return conversations;
}

void FrameIndex::add_ca_list(std::uint32_t frame, std::uint32_t conversation, CaListSize size)
{
    ca_lists_[{frame, conversation}] = size;
}

std::optional<CaListSize> FrameIndex::ca_list(std::uint32_t frame, std::uint32_t conversation) const
{
    const auto found = ca_lists_.find({frame, conversation});
    return found == ca_lists_.end() ? std::nullopt : std::optional{found->second};
}

void FrameIndex::add_content_at_end(std::uint32_t frame, std::uint32_t conversation)
{
    raise_content(frame, FrameContent::findings);
    shown_at_end_.emplace(frame, conversation);
}

} // namespace tlsdiag
