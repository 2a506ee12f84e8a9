// Draws a ladder as SVG.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <string>

namespace tlsdiag {

// One ladder as an SVG file that needs no other file.
std::string svg_ladder(const Ladder &ladder);

} // namespace tlsdiag
