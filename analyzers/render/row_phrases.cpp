// Phrases that the drawings share.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/row_phrases.hpp"

#include "core/base/time_text.hpp"

#include <algorithm>
#include <array>
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

std::string when_text(const Ladder &ladder)
{
    const std::string time = readable_utc(ladder.time);
    return ladder.seconds < 0 ? time : time + ", handshake " + duration_text(ladder.seconds);
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
