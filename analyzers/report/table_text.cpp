// The tables as text: findings, outcomes by server, handshake times.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/statistics.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace tlsdiag {

constexpr std::size_t most_rows = 100;

// Sorts by this column, largest numbers first.
static std::string sheet_text(const Statistics &statistics, Sheet sheet, std::size_t by)
{
    std::vector<Row> rows;
    for (std::size_t i = 0; i < statistics.rows(sheet); ++i)
        rows.push_back(statistics.row(sheet, i));
    std::ranges::stable_sort(rows, std::greater{}, [&](const Row &row) { return row[by].number; });
    const std::size_t all = rows.size();
    rows.resize(std::min(all, most_rows));
    std::string text = grid_text(sheet, rows);
    if (all > most_rows)
        text += "  and " + digit_groups(all - most_rows) + " more\n";
    return text + '\n';
}

std::string table_text(const Statistics &statistics)
{
    if (statistics.conversations() == 0)
        return "No TLS conversation found over TCP, DTLS, QUIC or EAP, or none that matches the filter.\n";
    constexpr std::size_t no_order = 0; // text columns have no number
    constexpr std::size_t conversations_of_finding = 3, conversations_of_server = 1;
    std::string text;
    if (statistics.rows(Sheet::findings) > 0)
        text += sheet_text(statistics, Sheet::findings, conversations_of_finding);
    text += sheet_text(statistics, Sheet::servers, conversations_of_server);
    return text + sheet_text(statistics, Sheet::times, no_order);
}

} // namespace tlsdiag
