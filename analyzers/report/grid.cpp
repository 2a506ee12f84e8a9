// The headings of the tables, and tables as text.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/grid.hpp"

#include "core/base/columns.hpp"
#include "core/base/text.hpp"
#include "core/base/time_text.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

std::string_view name(Sheet sheet)
{
    constexpr std::string_view names[] = {"findings", "servers", "times", "inventory", "legacy", "plain"};
    return names[static_cast<std::size_t>(sheet)];
}

std::string_view title(Sheet sheet)
{
    constexpr std::string_view titles[] = {"Findings",  "Outcomes by server",      "Handshake times",
                                           "Inventory", "What would stop working", "TCP without TLS"};
    return titles[static_cast<std::size_t>(sheet)];
}

std::span<const Column> columns(Sheet sheet)
{
    static constexpr Column findings[] = {{"finding", Kind::text},      {"severity", Kind::text},
                                          {"count", Kind::count},       {"conversations", Kind::count},
                                          {"first frame", Kind::count}, {"servers", Kind::text}};
    static constexpr Column servers[] = {{"server", Kind::text},     {"conversations", Kind::count},
                                         {"completed", Kind::count}, {"failed", Kind::count},
                                         {"abandoned", Kind::count}, {"unfinished", Kind::count},
                                         {"unseen", Kind::count},    {"median time", Kind::seconds},
                                         {"over 1 s", Kind::count},  {"most time taken by", Kind::text}};
    static constexpr Column times[] = {{"part", Kind::text},      {"count", Kind::count},  {"minimum", Kind::seconds},
                                       {"median", Kind::seconds}, {"95 %", Kind::seconds}, {"maximum", Kind::seconds}};
    static constexpr Column inventory[] = {
        {"server", Kind::text},        {"name", Kind::text},       {"over", Kind::text},
        {"connections", Kind::count},  {"completed", Kind::count}, {"versions", Kind::text},
        {"cipher suites", Kind::text}, {"groups", Kind::text},     {"post-quantum", Kind::count},
        {"keys", Kind::text},          {"issuers", Kind::text},    {"expires", Kind::text},
        {"client auth.", Kind::text},  {"resumed", Kind::count},   {"kB", Kind::count}};
    static constexpr Column legacy[] = {{"if disabled", Kind::text},
                                        {"server", Kind::text},
                                        {"name", Kind::text},
                                        {"connections", Kind::count},
                                        {"client offers no other", Kind::count},
                                        {"server's choice", Kind::count},
                                        {"clients", Kind::text}};
    static constexpr Column plain[] = {{"port", Kind::count},
                                       {"connections", Kind::count},
                                       {"servers", Kind::text},
                                       {"kB", Kind::count},
                                       {"may be TLS", Kind::count}};
    const std::array<std::span<const Column>, sheets> all{findings, servers, times, inventory, legacy, plain};
    return all[static_cast<std::size_t>(sheet)];
}

Cell cell(std::uint64_t number)
{
    return {digit_groups(number), static_cast<double>(number)};
}

Cell cell(std::string_view text)
{
    return {std::string{text}, 0};
}

Cell seconds_cell(double seconds)
{
    return seconds < 0 ? Cell{"", -1} : Cell{duration_text(seconds), seconds};
}

// ---- Text ----

static std::string line(std::span<const Column> columns, const std::vector<std::size_t> &widths, const Row &row)
{
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string gap(widths[i] - columns_of(row[i].text), ' ');
        text += "  " + (columns[i].kind != Kind::text ? gap + row[i].text : row[i].text + gap);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + '\n';
}

std::string grid_text(Sheet sheet, const std::vector<Row> &rows)
{
    const std::span<const Column> head = columns(sheet);
    std::vector<Row> lines{Row{}};
    for (const Column &column : head)
        lines.front().push_back(cell(column.heading));
    lines.insert(lines.end(), rows.begin(), rows.end());
    std::vector<std::size_t> widths(head.size());
    for (const Row &row : lines) {
        for (std::size_t i = 0; i < head.size(); ++i)
            widths[i] = std::max(widths[i], columns_of(row[i].text));
    }
    std::string text{title(sheet)};
    text += '\n';
    for (const Row &row : lines)
        text += line(head, widths, row);
    return text;
}

} // namespace tlsdiag
