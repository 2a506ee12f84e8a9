// Reads the table of receivers and their limits.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/receiver_limits.hpp"

#include "core/base/text.hpp"
#include "core/tls/iana_names.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace tlsdiag {

extern const char *const builtin_size_table; // analyzers/sizes.tsv, embedded by CMake

constexpr std::size_t max_file_size = 1u << 20;
constexpr std::uint32_t largest_message = (1u << 24) - 1 + 4; // RFC 8446, 4

struct Parsed {
    std::vector<ReceiverLimit> limits;
    std::string error; // "line 12: ..."; empty: none
};

static std::optional<SizeUnit> unit_of(std::string_view word)
{
    if (word == "message")
        return SizeUnit::message;
    if (word == "names")
        return SizeUnit::names;
    return word == "flight" ? std::optional{SizeUnit::flight} : std::nullopt;
}

static std::optional<std::uint32_t> limit_of(std::string_view word)
{
    std::uint32_t limit = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), limit);
    const bool is_number = error == std::errc{} && end == word.data() + word.size();
    return is_number && limit > 0 && limit <= largest_message ? std::optional{limit} : std::nullopt;
}

// Returns nullopt if one of the words is not the name of an alert.
static std::optional<std::vector<std::uint8_t>> alerts_of(std::string_view words)
{
    std::vector<std::uint8_t> alerts;
    for (const std::string_view word : words_of(words == "-" ? "" : words, ",")) {
        constexpr std::uint8_t no_alert = 255;
        const std::uint8_t alert = alert_number(word);
        if (alert == no_alert)
            return std::nullopt;
        alerts.push_back(alert);
    }
    return alerts;
}

// Adds the row, or returns what is wrong with it.
static std::string add_row(const std::vector<std::string_view> &row, std::vector<ReceiverLimit> &limits)
{
    if (row.size() != 6)
        return "not 6 columns separated by tabs";
    const std::string_view receiver = row[0], unit = row[1], limit = row[2], alerts = row[3], setting = row[4],
                           source = row[5];
    if (receiver.empty() || source.empty())
        return "the receiver or the source is missing";
    if (!unit_of(unit))
        return "the unit '" + printable(unit, 40) + "' is unknown; use message, names or flight";
    if (!limit_of(limit))
        return "the limit '" + printable(limit, 40) + "' is not a number of bytes from 1 to " +
               digit_groups(largest_message);
    if (!alerts_of(alerts))
        return "'" + printable(alerts, 80) + "' is neither a comma-separated list of alert names nor -";
    limits.push_back({printable(receiver, 80), *unit_of(unit), *limit_of(limit), *alerts_of(alerts),
                      setting == "-" ? std::string{} : printable(setting, 80), printable(source)});
    return {};
}

static Parsed parse(std::string_view text)
{
    Parsed parsed;
    for (const TableRow &row : table_rows(text)) {
        const std::string wrong = add_row(row.columns, parsed.limits);
        if (!wrong.empty()) {
            parsed.error = "line " + std::to_string(row.line) + ": " + wrong;
            return parsed;
        }
    }
    if (parsed.limits.empty())
        parsed.error = "no rows";
    std::ranges::stable_sort(parsed.limits, {}, &ReceiverLimit::limit);
    return parsed;
}

ReceiverLimits ReceiverLimits::builtin()
{
    Parsed parsed = parse(builtin_size_table);
    if (!parsed.error.empty())
        throw std::logic_error{"analyzers/sizes.tsv, " + parsed.error};
    ReceiverLimits table;
    table.limits_ = std::move(parsed.limits);
    return table;
}

ReceiverLimits ReceiverLimits::load(const std::string &file, std::string &error)
{
    ReceiverLimits table = builtin();
    const std::string where = "size table " + printable(file);
    std::ifstream in{file, std::ios::binary};
    std::string text(max_file_size + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    if (in.bad() || (!in.is_open() || (in.fail() && !in.eof()))) {
        error = where + ": cannot be read; the built-in table is used";
        return table;
    }
    Parsed parsed;
    if (text.size() > max_file_size)
        parsed.error = "larger than " + digit_groups(max_file_size) + " bytes";
    else
        parsed = parse(text);
    if (parsed.error.empty())
        table.limits_ = std::move(parsed.limits);
    else
        error = where + ", " + parsed.error + "; the built-in table is used";
    return table;
}

std::vector<const ReceiverLimit *> ReceiverLimits::too_long_for(std::uint32_t message_bytes,
                                                                std::uint32_t names_bytes) const
{
    std::vector<const ReceiverLimit *> receivers;
    for (const ReceiverLimit &one : limits_) // a flight is at least as long as each message in it
        if ((one.unit == SizeUnit::names ? names_bytes : message_bytes) > one.limit)
            receivers.push_back(&one);
    return receivers;
}

} // namespace tlsdiag
