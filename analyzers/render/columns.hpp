// How much room text takes in a terminal, and how it is made to fit.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

// Columns of printable UTF-8: East Asian wide characters and emoji take two, combining marks none.
std::size_t columns_of(std::string_view text);

// Lines of at most `columns` (never fewer than two), broken at blanks where there are any.
std::vector<std::string> wrapped_to(std::string_view text, std::size_t columns);

// The beginning, with "..." where it was cut.
std::string cut_to(std::string_view text, std::size_t columns);

// What is not ASCII as \u{NNNN}.
std::string in_ascii(std::string_view text);

} // namespace tlsdiag
