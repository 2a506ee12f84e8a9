// Measures text in terminal columns, and wraps or cuts it to a width.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

// The width of printable UTF-8: East Asian wide characters and emoji take two columns, combining marks none.
std::size_t columns_of(std::string_view text);

constexpr std::size_t line_width = 100;

// Lines of at most `columns` (at least two), broken at spaces where possible.
enum class LongWords : std::uint8_t { are_broken, stay_whole }; // a word that is too long may be a URL
std::vector<std::string> wrapped_to(std::string_view text, std::size_t columns,
                                    LongWords long_words = LongWords::are_broken);

// Wraps `text` to lines of at most `columns`: the first line follows `lead`, the other lines are indented by its width.
// Long words stay whole.
std::string wrapped(std::string_view lead, std::string_view text, std::size_t columns = line_width);
std::string padded(std::string_view text, std::size_t columns);

// The beginning of the text, followed by "..." if it was cut.
std::string cut_to(std::string_view text, std::size_t columns);

} // namespace tlsdiag
