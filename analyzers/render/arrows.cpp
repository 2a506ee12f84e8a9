// Turns the rows of a ladder into the arrows of each frame.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/arrows.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace tlsdiag {

namespace {

// A row that has a frame, with the labels of the rows before it that have none (silences, notes).
struct Framed {
    const Ladder::Row *row = nullptr;
    std::vector<std::string> before;
    std::vector<const Ladder::Finding *> findings;
};

} // namespace

static std::vector<Framed> framed_rows(const Ladder &ladder)
{
    std::vector<Framed> all;
    Framed next;
    for (const Ladder::Row &row : ladder.rows) {
        for (const std::size_t index : row.findings)
            next.findings.push_back(&ladder.findings[index]);
        if (row.frame == 0) {
            next.before.push_back(row.label);
            continue;
        }
        next.row = &row;
        all.push_back(std::move(next));
        next = {};
    }
    if (!all.empty()) // findings that are known only at the end
        all.back().findings.insert(all.back().findings.end(), next.findings.begin(), next.findings.end());
    return all;
}

// The cause if it is there, else the first of the most severe findings.
static const Ladder::Finding *worst_of(const std::vector<const Ladder::Finding *> &findings)
{
    const auto rank = [](const Ladder::Finding *one) {
        return one->is_cause ? 3 : one->severity == "error" ? 2 : one->is_problem ? 1 : 0;
    };
    const auto worst = std::ranges::max_element(findings, {}, rank);
    return worst == findings.end() ? nullptr : *worst;
}

static std::string label_of(const Framed &framed, const Ladder::Finding *worst)
{
    std::string label = framed.row->label;
    if (framed.row->lost)
        label += " (lost)";
    if (worst && worst->is_problem)
        label += " [" + worst->id + "]";
    return label;
}

static std::string words_of(const Framed &framed)
{
    const Ladder::Row &row = *framed.row;
    std::vector<std::string> words = row.words;
    if (row.decrypted)
        words.emplace_back("decrypted");
    if (row.last_frame > row.frame)
        words.push_back("frames " + std::to_string(row.frame) + " to " + std::to_string(row.last_frame));
    words.insert(words.end(), framed.before.begin(), framed.before.end());
    return words.empty() ? row.label : row.label + ": " + join(words, "; ");
}

static Arrow arrow(const Ladder &ladder, const Framed &framed, bool tells_verdict)
{
    const Ladder::Finding *worst = worst_of(framed.findings);
    std::vector<std::string> comment;
    if (tells_verdict)
        comment.push_back(ladder.outcome + ": " + ladder.verdict);
    for (const Ladder::Finding *finding : framed.findings)
        comment.push_back(finding->id + ": " + finding->detail);
    comment.push_back(words_of(framed));

    const std::string severity = framed.row->breaks ? "error" : worst ? worst->severity : "";
    return {framed.row->from, label_of(framed, worst), join(comment, " | "), severity};
}

std::vector<Arrow> arrows_of(const Ladder &ladder, std::uint32_t frame, std::uint32_t verdict_frame)
{
    const std::vector<Framed> rows = framed_rows(ladder);
    const Framed *last = nullptr;
    for (const Framed &framed : rows)
        if (framed.row->frame <= verdict_frame)
            last = &framed;

    std::vector<Arrow> arrows;
    for (const Framed &framed : rows)
        if (framed.row->frame == frame)
            arrows.push_back(arrow(ladder, framed, &framed == last));
    return arrows;
}

} // namespace tlsdiag
