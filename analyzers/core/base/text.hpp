// Text for people: numbers with digit groups, and text from the wire with unsafe characters escaped.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

// Converts to valid UTF-8 without control characters, bidirectional marks or line ends: these become \xNN or \u{NNNN}.
// Uses at most `limit` bytes of the input, and appends "..." if there are more.
std::string printable(Bytes bytes, std::size_t limit = 256);
std::string printable(std::string_view text, std::size_t limit = 256);
std::string in_ascii(std::string_view text); // every character outside ASCII becomes \u{NNNN}

struct Character {
    std::string_view bytes; // of UTF-8, or one byte that is none
    char32_t code = 0;
    bool is_text = false;
};
Character take_character(std::string_view &text); // removes it from `text`, which must not be empty

std::string digit_groups(std::uint64_t value);                                        // 16,384
std::string hex(std::uint64_t value, int digits = 4);                                 // 0x0303
std::string hex_bytes(Bytes bytes, std::size_t limit = 32);                           // 16 03 01
std::string plural(std::uint64_t count, std::string_view one, std::string_view many); // "1 name", "2,000 names"
std::string frames_text(std::uint32_t first, std::uint32_t last);                     // "frame 9", "frames 9 to 12"
std::string frames_text(const std::vector<std::uint32_t> &frames);                    // "frames 3, 9, 12"
std::string join(const std::vector<std::string> &parts, std::string_view between);

// Whether the data begins with a line of printable ASCII (at least 4 characters).
bool begins_with_text(Bytes bytes);

// Returns the part before the separator, and removes it and the separator from `rest`.
std::string_view take_until(std::string_view &rest, char separator);

// The words of a list that the user wrote: separated by any of these characters, without the blanks around them.
std::vector<std::string_view> words_of(std::string_view list, std::string_view separators);

// The rows of a table that is written as text: columns separated by tabs. Comments (#) and empty lines are no rows.
struct TableRow {
    std::size_t line = 0;
    std::vector<std::string_view> columns;
};
std::vector<TableRow> table_rows(std::string_view text);

} // namespace tlsdiag
