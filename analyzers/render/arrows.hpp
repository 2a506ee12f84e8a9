// The rows of one frame as arrows with a label and a comment each: this is what Wireshark's own flow graph can draw.
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
    std::string comment;  // beside it; the most important comes first, because Wireshark may cut it off
    std::string severity; // of its worst finding: "error", "warning", "note"; empty: no finding
};

// The verdict is part of the last row up to `verdict_frame`; 0: the verdict is not known yet.
std::vector<Arrow> arrows_of(const Ladder &ladder, std::uint32_t frame, std::uint32_t verdict_frame);

} // namespace tlsdiag
