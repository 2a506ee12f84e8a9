// One conversation of the HTML page: addresses, a table of findings, and the rows as a list that CSS draws as a
// ladder. A list wraps, prints, can be searched and is read aloud like any other text.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/html_ladder.hpp"

#include "core/base/text.hpp"
#include "core/base/time_text.hpp"
#include "render/markup.hpp"
#include "render/row_phrases.hpp"

namespace tlsdiag {

std::string element(std::string_view name, std::string_view content, std::string_view attributes)
{
    std::string text{"<"};
    text.append(name).append(attributes.empty() ? "" : " ").append(attributes).append(">");
    return text.append(content).append("</").append(name).append(">");
}

std::string conversation_classes(const Ladder &ladder)
{
    std::string classes = "c";
    for (const Ladder::Finding &finding : ladder.findings)
        classes += " p-" + finding.id;
    return classes;
}

static std::string anchor(const Ladder &ladder, std::string_view kind, std::size_t number)
{
    return "c" + std::to_string(ladder.number) + std::string{kind} + std::to_string(number);
}

static std::string link(const std::string &target, std::string_view content)
{
    return element("a", content, "href=\"#" + target + '"');
}

static std::string about(const Ladder &ladder)
{
    std::vector<std::string> parts{element("strong", ladder.outcome, "class=\"" + ladder.outcome + '"'),
                                   markup(ladder.version.empty() ? ladder.protocol : ladder.version),
                                   frames_text(ladder.first_frame, ladder.last_frame), markup(when_text(ladder))};
    if (!ladder.filter.empty())
        parts.push_back(element("code", markup(ladder.filter)));
    return element("p", join(parts, " · "), "class=\"about\"") + '\n';
}

static std::string properties(const Ladder &ladder)
{
    std::string list;
    for (const Ladder::Property &property : ladder.properties)
        list += element("div", element("dt", markup(property.name)) + element("dd", markup(property.text))) + '\n';
    return list.empty() ? "" : element("dl", '\n' + list) + '\n';
}

static std::string finding_cell(const Ladder::Finding &finding)
{
    std::string cell = element("p", markup(finding.title + ": " + finding.detail)) +
                       element("p", "→ " + markup(finding.remedy), "class=\"remedy\"");
    for (const std::string &hint : finding.hints)
        cell += element("p", markup(hint), "class=\"quiet\"");
    if (finding.evidence.size() > 1)
        cell += element("p", "See " + frames_text(finding.evidence) + '.', "class=\"quiet\"");
    return cell;
}

static std::string finding_row(const Ladder &ladder, std::size_t number)
{
    const Ladder::Finding &finding = ladder.findings[number];
    const std::string frame = "frame " + std::to_string(finding.frame);
    const std::string head =
        element("span", finding.severity, "class=\"" + finding.severity + '"') + ' ' + element("b", finding.id) +
        "<br>" + (finding.row ? link(anchor(ladder, "r", *finding.row), frame) : frame) + ", " + fault_text(finding);
    return element("tr", element("th", head, "scope=\"row\"") + '\n' + element("td", finding_cell(finding)),
                   "id=\"" + anchor(ladder, "f", number) + '"') +
           '\n';
}

static std::string findings_table(const Ladder &ladder)
{
    std::string rows;
    for (const std::size_t number : cause_first(ladder))
        rows += finding_row(ladder, number);
    if (rows.empty())
        return {};
    return element("table",
                   '\n' + element("caption", "Findings in conversation " + std::to_string(ladder.number)) +
                       element("thead", element("tr", element("th", "Finding", "scope=\"col\"") +
                                                          element("th", "Explanation and remedy", "scope=\"col\""))) +
                       '\n' + element("tbody", '\n' + rows) + '\n',
                   "class=\"findings\"") +
           '\n';
}

static std::string row_text(const Ladder::Row &row)
{
    std::string text;
    if (const std::string_view direction = direction_text(row); !direction.empty())
        text += element("span", std::string{direction} + ": ", "class=\"spoken\"");
    text += element("b", markup(row.label));
    if (const std::string more = qualifier(row); !more.empty())
        text += ' ' + element("small", more);
    if (!row.words.empty())
        text += "<br>" + markup(join(row.words, "; "));
    return element("p", text);
}

static std::string row_marks(const Ladder &ladder, const Ladder::Row &row)
{
    std::string marks;
    for (const std::size_t index : row.findings) {
        const Ladder::Finding &finding = ladder.findings.at(index);
        marks += element("p", link(anchor(ladder, "f", index), markup(mark_text(finding))),
                         "class=\"mark " + finding.severity + '"');
    }
    return marks;
}

static std::string row(const Ladder &ladder, std::size_t number)
{
    const Ladder::Row &row = ladder.rows[number];
    std::string at;
    if (row.frame != 0)
        at = element("b", frames_text(row.frame, row.last_frame)) + "<br>" + clock_text(row.seconds) + " s";
    return element("li",
                   element("div", at, "class=\"at\"") +
                       element("div", row_text(row) + row_marks(ladder, row), "class=\"body\""),
                   "id=\"" + anchor(ladder, "r", number) + "\" class=\"" + row_classes(row) + '"') +
           '\n';
}

// The verdict again in short form, below the last row.
static std::string ending(const Ladder &ladder)
{
    std::string text = element("strong", ladder.outcome, "class=\"" + ladder.outcome + '"');
    for (std::size_t number = 0; number < ladder.findings.size(); ++number) {
        if (ladder.findings[number].is_cause)
            text += ": " + link(anchor(ladder, "f", number), ladder.cause) + ", " + ladder.certainty;
    }
    return text;
}

static std::string rows(const Ladder &ladder)
{
    if (ladder.rows.empty())
        return {};
    std::string items;
    for (std::size_t number = 0; number < ladder.rows.size(); ++number)
        items += row(ladder, number);
    const std::string lanes =
        element("span", "client " + markup(ladder.client)) + ' ' + element("span", "server " + markup(ladder.server));
    return element("div", lanes, "class=\"lanes\" aria-hidden=\"true\"") + '\n' +
           element("ol", '\n' + items,
                   "role=\"list\" aria-label=\"Ladder of conversation " + std::to_string(ladder.number) + '"') +
           '\n' + element("p", ending(ladder), "class=\"ending\"") + '\n';
}

std::string html_ladder(const Ladder &ladder)
{
    const std::string id = "c" + std::to_string(ladder.number);
    const std::string name = ladder.sni.empty() ? "" : ' ' + element("small", markup(ladder.sni));
    const std::string heading =
        "Conversation " + std::to_string(ladder.number) + ": " + markup(ladder.client + " → " + ladder.server) + name;
    return element("section",
                   '\n' + element("h3", heading, "id=\"" + id + "h\"") + '\n' + about(ladder) +
                       element("p", markup(ladder.verdict), "class=\"verdict\"") + '\n' + properties(ladder) +
                       rows(ladder) + findings_table(ladder),
                   "id=\"" + id + "\" class=\"" + conversation_classes(ladder) + "\" aria-labelledby=\"" + id + "h\"") +
           '\n';
}

} // namespace tlsdiag
