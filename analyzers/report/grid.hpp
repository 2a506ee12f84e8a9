// Plain tables, drawn as text and as rows in Wireshark's windows.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

enum class Sheet : std::uint8_t { findings, servers, times, inventory, legacy, plain };
constexpr std::size_t sheets = 6;

enum class Kind : std::uint8_t { text, count, seconds }; // numbers are sorted by value and right-aligned

struct Column {
    std::string_view heading;
    Kind kind;
};

struct Cell {
    std::string text;
    double number = 0; // for sorting
};
using Row = std::vector<Cell>;

std::string_view name(Sheet sheet);  // "findings"
std::string_view title(Sheet sheet); // "Findings"
std::span<const Column> columns(Sheet sheet);

Cell cell(std::uint64_t number);
Cell cell(std::string_view text);
Cell seconds_cell(double seconds); // "12.3 ms"; below 0: empty

// The title, the headings and the rows, aligned in columns.
std::string grid_text(Sheet sheet, const std::vector<Row> &rows);

} // namespace tlsdiag
