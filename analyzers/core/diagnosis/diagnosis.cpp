// Answers questions about an ending that several analyzers ask.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"

#include <algorithm>

namespace tlsdiag {

std::string_view name(Severity severity)
{
    switch (severity) {
    case Severity::error:
        return "error";
    case Severity::warning:
        return "warning";
    case Severity::note:
        return "note";
    }
    return "";
}

Fit explained(const Conversation &conversation)
{
    Fit best = Fit::none;
    for (const Finding &finding : conversation.findings)
        if (finding.diagnosis->explains)
            best = std::max(best, finding.diagnosis->explains(conversation, finding));
    return best;
}

bool ended_by(const Conversation &conversation, Side side)
{
    return conversation.ending && conversation.ending.reason != EndReason::silence && conversation.ending.by == side;
}

static bool is_one_of(std::uint8_t alert, std::initializer_list<std::string_view> names)
{
    return std::ranges::any_of(names, [&](std::string_view one) { return alert_number(one) == alert; });
}

bool ended_by_alert(const Conversation &conversation, Side side, std::initializer_list<std::string_view> names)
{
    return ended_by(conversation, side) && conversation.ending.alert &&
           is_one_of(conversation.ending.alert->description, names);
}

} // namespace tlsdiag
