// Wraps and pads text, counted in characters.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace tlsdiag {

std::size_t width(std::string_view text);
std::string padded(std::string_view text, std::size_t columns);

constexpr std::size_t line_width = 100;

// Wraps `text` to lines of at most `columns`: the first line follows `lead`, the other lines are indented by its width.
// A word that is too long for a line stays whole, because it may be a URL.
std::string wrapped(std::string_view lead, std::string_view text, std::size_t columns = line_width);

} // namespace tlsdiag
