// An index by frame: which conversations a frame belongs to, and what it shows about them.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tlsdiag {

// The most that a frame has to show about any conversation. Findings include facts.
enum class FrameContent : std::uint8_t { nothing, facts, findings };

struct CaListSize {
    std::uint32_t names = 0, bytes = 0;
};

class FrameIndex {
public:
    // The frame belongs to the conversation.
    void add(std::uint32_t frame, std::uint32_t conversation);
    std::vector<std::uint32_t> conversations_of(std::uint32_t frame) const; // as they were added

    // The frame has something to show about the conversation.
    void add_content(std::uint32_t frame, std::uint32_t conversation, FrameContent content);
    FrameContent content(std::uint32_t frame) const
    {
        return frame < contents_.size() ? contents_[frame] : FrameContent::nothing;
    }
    std::set<std::uint32_t> shown_in(std::uint32_t frame) const; // conversations

    void add_ca_list(std::uint32_t frame, std::uint32_t conversation, CaListSize size);
    std::optional<CaListSize> ca_list(std::uint32_t frame, std::uint32_t conversation) const;

    // Findings that hold only if the capture ends now.
    void add_content_at_end(std::uint32_t frame, std::uint32_t conversation);
    void clear_content_at_end() { shown_at_end_.clear(); }

private:
    void raise_content(std::uint32_t frame, FrameContent content);

    std::vector<std::uint32_t> first_conversation_; // by frame: its first conversation, plus 1
    std::unordered_multimap<std::uint32_t, std::uint32_t> more_conversations_;   // by frame
    std::vector<FrameContent> contents_;                                         // by frame
    std::unordered_multimap<std::uint32_t, std::uint32_t> shown_, shown_at_end_; // by frame
    std::map<std::pair<std::uint32_t, std::uint32_t>, CaListSize> ca_lists_;     // by frame and conversation
};

} // namespace tlsdiag
