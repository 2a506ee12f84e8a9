// Measures text in terminal columns, and wraps or cuts it to a width.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

// The width of printable UTF-8: East Asian wide characters and emoji take two columns, combining marks none.
std::size_t columns_of(std::string_view text);

// Lines of at most `columns` (at least two), broken at spaces where possible.
std::vector<std::string> wrapped_to(std::string_view text, std::size_t columns);

// The beginning of the text, followed by "..." if it was cut.
std::string cut_to(std::string_view text, std::size_t columns);

// Replaces every character outside ASCII by \u{NNNN}.
std::string in_ascii(std::string_view text);

} // namespace tlsdiag
