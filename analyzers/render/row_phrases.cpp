// Phrases that the drawings share.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/row_phrases.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

namespace tlsdiag {

using Kind = Ladder::Kind;

bool is_arrow(const Ladder::Row &row)
{
    return row.kind != Kind::missing && row.kind != Kind::silence && row.kind != Kind::note;
}

std::string_view direction_text(const Ladder::Row &row)
{
    const bool client = row.from == Ladder::Lane::client;
    if (row.kind == Kind::missing)
        return client ? "from the client" : "from the server";
    return !is_arrow(row) ? "" : client ? "client to server" : "server to client";
}

std::string qualifier(const Ladder::Row &row)
{
    return row.decrypted ? "decrypted" : row.lost ? "lost" : "";
}

// The class of a note is "aside", because "note" is a severity.
std::string row_classes(const Ladder::Row &row)
{
    constexpr std::array<std::string_view, 8> names{"message", "encrypted", "plain",   "transport",
                                                    "again",   "missing",   "silence", "aside"};
    std::string classes = row.from == Ladder::Lane::client ? "client " : "server ";
    classes += names.at(static_cast<std::size_t>(row.kind));
    return classes + (row.breaks ? " breaks" : "") + (row.lost ? " lost" : "");
}

static std::string formatted(const char *format, double value)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string frames_text(std::uint32_t first, std::uint32_t last)
{
    const std::string number = std::to_string(first);
    return last <= first ? "frame " + number : "frames " + number + " to " + std::to_string(last);
}

std::string frames_text(const std::vector<std::uint32_t> &frames)
{
    std::vector<std::string> numbers;
    for (const std::uint32_t frame : frames)
        numbers.push_back(std::to_string(frame));
    return (frames.size() == 1 ? "frame " : "frames ") + join(numbers, ", ");
}

std::string clock_text(double seconds)
{
    return formatted(seconds < 1000 ? "%.6f s" : "%.3f s", seconds);
}

std::string duration_text(double seconds)
{
    return seconds < 1 ? formatted("%.1f ms", seconds * 1e3) : formatted("%.1f s", seconds);
}

std::string when_text(const Ladder &ladder)
{
    std::string text = ladder.time;
    if (const auto t = text.find('T'); t != std::string::npos)
        text[t] = ' ';
    if (text.ends_with('Z'))
        text.replace(text.size() - 1, 1, " UTC");
    return ladder.seconds < 0 ? text : text + ", handshake " + duration_text(ladder.seconds);
}

std::vector<std::size_t> cause_first(const Ladder &ladder)
{
    std::vector<std::size_t> order(ladder.findings.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_partition(order.begin(), order.end(),
                          [&](std::size_t index) { return ladder.findings[index].is_cause; });
    return order;
}

std::string mark_text(const Ladder::Finding &finding)
{
    const std::string_view cause = finding.is_cause ? ", the cause" : "";
    return finding.severity + ": " + finding.title + " (" + finding.side + " at fault" + std::string{cause} + ")";
}

std::string fault_text(const Ladder::Finding &finding)
{
    return finding.side + " at fault, " + finding.certainty + (finding.is_cause ? ", the cause" : "");
}

} // namespace tlsdiag
