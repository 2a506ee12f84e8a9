// The ladder for a terminal and for a ticket.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <string>

namespace tlsdiag {

struct TextStyle {
    std::size_t columns = 100; // taken as something between narrowest and widest
    bool utf8 = true;          // else ASCII alone
    bool colour = false;

    static constexpr std::size_t narrowest = 60, widest = 140;
};

std::string text_ladder(const Ladder &ladder, const TextStyle &style);

} // namespace tlsdiag
