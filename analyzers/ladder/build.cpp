// Builds a ladder from a conversation: places each finding at its row and adds the verdict and the header data.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "ladder/build.hpp"

#include "core/base/time_text.hpp"
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/product_hints.hpp"
#include "core/diagnosis/summary.hpp"
#include "ladder/header_lines.hpp"
#include "ladder/rows.hpp"

#include <algorithm>

namespace tlsdiag {

Drawing draw(const Conversation &conversation, const Timeline &steps, Time until)
{
    std::vector<Step> all = rows_of(conversation, steps, until);
    Drawing drawing;
    drawing.properties = header_lines_of(conversation);
    drawing.rows.reserve(all.size()); // the drawing is kept, so it takes no more memory than it needs
    drawing.event.reserve(all.size());
    for (Step &step : all) {
        Ladder::Row &row = drawing.rows.emplace_back(std::move(step.row));
        row.frame = step.at.frame;
        row.last_frame = step.until.frame;
        row.seconds = static_cast<double>(step.at.time - all.front().at.time) / static_cast<double>(second);
        drawing.event.push_back(step.event);
    }
    return drawing;
}

// A frame can have several rows: a finding prefers a message that its diagnosis is about, sent by the side at fault.
// A finding that is known only at the end belongs to the silence, which has no frame.
static int fitness(const Ladder::Row &row, EventKind event, const Finding &finding)
{
    const bool is_about = event & finding.diagnosis->triggers;
    if (row.frame == 0)
        return is_about && finding.diagnosis->at_end ? 5 : 0;
    if (finding.frame < row.frame || finding.frame > row.last_frame)
        return 0;
    const bool by_culprit = name(finding.side) == (row.from == Ladder::Lane::client ? "client" : "server");
    return 1 + (is_about ? 2 : 0) + (by_culprit ? 1 : 0);
}

static std::size_t place_of(const Finding &finding, const Drawing &drawing)
{
    std::size_t best = 0, before = 0;
    int best_fitness = 0;
    for (std::size_t i = 0; i < drawing.rows.size(); ++i) {
        const Ladder::Row &row = drawing.rows[i];
        const int fits = fitness(row, drawing.event[i], finding);
        if (fits > best_fitness) {
            best = i;
            best_fitness = fits;
        }
        if (row.frame > 0 && row.frame <= finding.frame)
            before = i;
    }
    return best_fitness > 0 ? best : before;
}

static Ladder::Finding finding_of(const Finding &finding, const Verdict &verdict)
{
    const Diagnosis &diagnosis = *finding.diagnosis;
    Ladder::Finding drawn;
    drawn.id = id(diagnosis);
    drawn.title = diagnosis.title;
    drawn.severity = name(diagnosis.severity);
    drawn.side = name(finding.side);
    drawn.certainty = name(finding.certainty);
    drawn.frame = finding.frame;
    drawn.detail = finding.detail;
    drawn.remedy = remedy_of(finding);
    for (const Hint &hint : finding.hints)
        drawn.hints.push_back(hint_text(hint));
    drawn.evidence = finding.evidence;
    drawn.is_cause = finding.diagnosis == verdict.cause;
    drawn.is_problem = diagnosis.severity != Severity::note;
    return drawn;
}

static void add_findings(const Summary &summary, const Drawing &drawing, Ladder &ladder)
{
    for (const Finding &finding : summary.findings) {
        Ladder::Finding &drawn = ladder.findings.emplace_back(finding_of(finding, summary.verdict));
        if (ladder.rows.empty())
            continue;
        drawn.row = place_of(finding, drawing);
        ladder.rows[*drawn.row].findings.push_back(ladder.findings.size() - 1);
    }
}

Ladder build_ladder(const Summary &summary, const Drawing &drawing)
{
    Ladder ladder;
    ladder.number = summary.number;
    ladder.client = endpoint_text(summary.client);
    ladder.server = endpoint_text(summary.server);
    ladder.protocol = summary.transport == Transport::tcp ? "TLS" : transport_name(summary.transport);
    ladder.filter = stream_filter(summary);
    ladder.sni = summary.sni;
    ladder.version = version_text(summary);
    ladder.first_frame = summary.first.frame;
    ladder.last_frame = summary.last.frame;
    ladder.time = utc_text(summary.first.time);
    ladder.seconds = summary.seconds;
    ladder.properties = drawing.properties;
    ladder.rows = drawing.rows;
    add_findings(summary, drawing, ladder);
    ladder.outcome = name(summary.verdict.outcome);
    ladder.cause = summary.verdict.cause ? id(*summary.verdict.cause) : std::string_view{};
    ladder.certainty = name(summary.verdict.certainty);
    ladder.verdict = sentence(summary);
    ladder.has_problem = has_problem(summary);
    return ladder;
}

} // namespace tlsdiag
