// The rows of one frame, an arrow with two texts each: what Wireshark's own flow graph can draw.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

struct Arrow {
    Ladder::Lane from = Ladder::Lane::client;
    std::string label;    // on the arrow: "Certificate [expired]"
    std::string comment;  // beside it; it may be cut off, so the most important comes first
    std::string severity; // of the worst that it brings: "error", "warning", "note"; empty: nothing
};

// The verdict is told with the last row up to `verdict_frame`; 0: not yet.
std::vector<Arrow> arrows_of(const Ladder &ladder, std::uint32_t frame, std::uint32_t verdict_frame);

} // namespace tlsdiag
