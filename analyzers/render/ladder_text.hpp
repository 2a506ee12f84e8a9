// Draws a ladder as text, for a terminal or a ticket.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <string>

namespace tlsdiag {

struct TextStyle {
    std::size_t columns = 100; // clamped to narrowest and widest
    bool utf8 = true;          // else ASCII only
    bool colour = false;

    static constexpr std::size_t narrowest = 60, widest = 140;
};

std::string text_ladder(const Ladder &ladder, const TextStyle &style);

} // namespace tlsdiag
