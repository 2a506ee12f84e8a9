// Text in lines and columns, counted in characters.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace tlsdiag {

std::size_t width(std::string_view text);
std::string padded(std::string_view text, std::size_t columns);

constexpr std::size_t line_width = 100;

// Words of `text` in lines of at most so many columns: the first goes on after `lead`, the others are indented as wide.
// A word that is too long for any line stays whole: it may be a URL.
std::string wrapped(std::string_view lead, std::string_view text, std::size_t columns = line_width);

} // namespace tlsdiag
