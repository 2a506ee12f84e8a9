// A verdict as one line, for running captures and for logs.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/time_text.hpp"
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/summary.hpp"
#include "report/report.hpp"

namespace tlsdiag {

// For a conversation that completed anyway, and so has no cause.
static std::string problems_text(const Summary &summary)
{
    std::vector<std::string> ids;
    for (const Finding &finding : summary.findings) {
        const std::string found{id(*finding.diagnosis)};
        if (finding.diagnosis->severity != Severity::note && (ids.empty() || ids.back() != found))
            ids.push_back(found);
    }
    return ids.empty() ? "" : " [" + join(ids, ", ") + "]";
}

std::string text_line(const Summary &summary)
{
    constexpr std::size_t outcome_width = 10; // "unfinished"
    const Verdict &verdict = summary.verdict;
    std::string outcome{name(verdict.outcome)};
    outcome.resize(outcome_width, ' ');
    std::string text = utc_text((verdict.at ? verdict.at : summary.last).time) + "  " + outcome + "  conversation " +
                       std::to_string(summary.number) + "  " + endpoint_text(summary.client) + " -> " +
                       endpoint_text(summary.server) + "  ";
    if (!summary.sni.empty())
        text += summary.sni + "  ";
    if (verdict.cause)
        text += std::string{id(*verdict.cause)} + " (" + std::string{name(verdict.certainty)} + "): ";
    return text + sentence(summary) + (verdict.cause ? "" : problems_text(summary));
}

} // namespace tlsdiag
