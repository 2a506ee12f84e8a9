// Phrases that the drawings share. They say in words what a drawing shows by its lines, so that nobody has to tell a
// dashed line from a dotted one.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

bool is_arrow(const Ladder::Row &row);
std::string_view direction_text(const Ladder::Row &row);    // "client to server"; empty: nobody sends
std::string qualifier(const Ladder::Row &row);              // "decrypted", "lost"; empty: none
std::string row_classes(const Ladder::Row &row);            // for style sheets: "client message breaks"
std::string when_text(const Ladder &ladder);                // "2026-11-20 10:11:12.123456 UTC, handshake 12.3 ms"
std::vector<std::size_t> cause_first(const Ladder &ladder); // indices of its findings, in reading order
std::string mark_text(const Ladder::Finding &finding);      // at its arrow: the title, and who is at fault
std::string fault_text(const Ladder::Finding &finding);     // "client at fault, proven, the cause"

} // namespace tlsdiag
