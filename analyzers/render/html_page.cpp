// The HTML page: counts, a list of findings to filter by (in CSS alone), the conversations and their ladders.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/html_page.hpp"

#include "core/base/text.hpp"
#include "render/html_ladder.hpp"
#include "render/markup.hpp"
#include "render/row_phrases.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace tlsdiag {

static std::string cell(std::string_view content, const std::string &css = {})
{
    return element("td", content, css.empty() ? "" : "class=\"" + css + '"');
}

// A table that may be wider than the window: it then scrolls inside its frame, with the keyboard too.
static std::string wide_table(const std::string &heading_id, std::string_view caption,
                              std::initializer_list<std::string_view> titles, const std::string &rows)
{
    std::string head;
    for (const std::string_view title : titles)
        head += element("th", title, "scope=\"col\"");
    const std::string table =
        element("table", '\n' + element("caption", caption, "class=\"spoken\"") +
                             element("thead", element("tr", head)) + '\n' + element("tbody", '\n' + rows) + '\n');
    return element("div", table, "class=\"wide\" role=\"region\" tabindex=\"0\" aria-labelledby=\"" + heading_id + '"');
}

static std::string heading(std::string_view text, const std::string &id)
{
    return element("h2", text, "id=\"" + id + '"') + '\n';
}

static std::string conversation_row(const Ladder &ladder, bool drawn)
{
    const std::string number = std::to_string(ladder.number);
    return element("tr",
                   cell(drawn ? element("a", number, "href=\"#c" + number + '"') : number) +
                       cell(ladder.outcome, ladder.outcome) + cell(ladder.cause) + cell(markup(ladder.client)) +
                       cell(markup(ladder.server)) + cell(markup(ladder.sni), "name") + cell(markup(ladder.version)) +
                       cell(std::to_string(ladder.first_frame)) +
                       cell(ladder.filter.empty() ? "" : element("code", markup(ladder.filter))),
                   "class=\"" + conversation_classes(ladder) + '"') +
           '\n';
}

void HtmlReport::add(const Ladder &ladder)
{
    count(ladder);
    if (draw_ == Draw::problems && !ladder.has_problem)
        return;
    ++wanted_;
    if (is_drawn(ladder)) {
        ++drawn_;
        rows_ += conversation_row(ladder, true);
        sections_ += html_ladder(ladder);
    } else if (listed_ < limits_.listed) {
        ++listed_;
        more_rows_ += conversation_row(ladder, false);
    }
}

// The first conversations, and a few with each cause, however late they appear.
bool HtmlReport::is_drawn(const Ladder &ladder)
{
    return drawn_of_a_cause_[ladder.cause]++ < limits_.drawn_of_a_cause || drawn_ < limits_.drawn;
}

void HtmlReport::count(const Ladder &ladder)
{
    ++all_;
    problems_ += ladder.has_problem;
    ++outcomes_[ladder.outcome];
    std::set<std::string_view> seen;
    for (const Ladder::Finding &finding : ladder.findings) {
        Tally &tally = findings_[finding.id];
        if (tally.conversations == 0)
            tally = {finding.title, finding.severity};
        if (seen.insert(finding.id).second) {
            ++tally.conversations;
            tally.causes += finding.is_cause;
        }
    }
}

// Errors first, then the most frequent findings.
std::vector<std::pair<std::string, HtmlReport::Tally>> HtmlReport::tallies() const
{
    std::vector<std::pair<std::string, Tally>> sorted{findings_.begin(), findings_.end()};
    const auto rank = [](const Tally &tally) {
        const int severity = tally.severity == "error" ? 0 : tally.severity == "warning" ? 1 : 2;
        return std::pair{severity, -static_cast<double>(tally.conversations)};
    };
    std::ranges::stable_sort(sorted, [&](const auto &a, const auto &b) { return rank(a.second) < rank(b.second); });
    return sorted;
}

std::string HtmlReport::head() const
{
    std::string style = html_style;
    for (const auto &[id, tally] : findings_)
        style += ":root:has(#only-" + id + ":checked) .c:not(.p-" + id + "){display:none}\n";
    return "<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
           "base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"referrer\" content=\"no-referrer\">\n" +
           element("title", "TLS diagnosis") + '\n' + element("style", style) + '\n';
}

std::string HtmlReport::overview(const std::vector<std::string> &notes) const
{
    std::string outcomes;
    for (const std::string outcome : {"failed", "abandoned", "unfinished", "unseen", "completed"}) {
        if (const auto found = outcomes_.find(outcome); found != outcomes_.end())
            outcomes += element("li", element("b", digit_groups(found->second)) + ' ' +
                                          element("span", outcome, "class=\"" + outcome + '"'));
    }
    std::string lead = digit_groups(problems_) + " of " + plural(all_, "conversation", "conversations") +
                       (problems_ == 1 ? " has a problem." : " have a problem.");
    if (problems_ == 0)
        lead = "No problem found in " + plural(all_, "conversation", "conversations") + '.';
    if (all_ == 0)
        lead = "No TLS conversation found over TCP, DTLS, QUIC or EAP, or none that matches the filter.";
    std::string text = element("p", lead, "class=\"lead\"") + '\n' +
                       (outcomes.empty() ? "" : element("ul", outcomes, "class=\"outcomes\"") + '\n');
    for (const std::string &note : notes)
        text += element("p", "Note: " + markup(note), "class=\"quiet\"") + '\n';
    return text;
}

std::string HtmlReport::findings() const
{
    if (findings_.empty())
        return {};
    const auto choice = [](const std::string &id, const std::string &text, std::string_view more = "") {
        const std::string radio = "<input type=\"radio\" name=\"only\" id=\"" + id + '"' + std::string{more} + "> ";
        return element("label", radio + text);
    };
    std::string rows;
    if (wanted_ != 0)
        rows =
            element("tr", cell(choice("only", "all", " checked")) + cell("") + cell(digit_groups(wanted_)) + cell("")) +
            '\n';
    for (const auto &[id, tally] : tallies()) {
        const bool listed = draw_ == Draw::all || tally.severity != "note";
        const std::string name = listed ? choice("only-" + id, id) : id;
        rows += element("tr", cell(name + ' ' + element("span", markup(tally.title), "class=\"quiet\"")) +
                                  cell(tally.severity, tally.severity) + cell(digit_groups(tally.conversations)) +
                                  cell(tally.causes == 0 ? "" : digit_groups(tally.causes))) +
                '\n';
    }
    const std::string legend =
        wanted_ == 0 ? "Worth knowing, but not a fault" : "Select one to see only the conversations that have it";
    return heading("Findings", "findings") +
           element("fieldset", element("legend", legend) + '\n' +
                                   wide_table("findings", "Findings, and how many conversations have them",
                                              {"Finding", "Severity", "Conversations", "Cause in"}, rows)) +
           '\n';
}

static std::string conversations_table(const std::string &heading_id, std::string_view caption, const std::string &rows)
{
    return wide_table(heading_id, caption,
                      {"Number", "Outcome", "Cause", "Client", "Server", "Server name", "Version", "Frame", "Filter"},
                      rows) +
           '\n';
}

std::string HtmlReport::conversations() const
{
    if (wanted_ == 0)
        return {};
    return heading(draw_ == Draw::all ? "Conversations" : "Conversations with a problem", "conversations") +
           conversations_table("conversations", "Conversations whose ladders are below", rows_) + more_conversations();
}

// Folded, because browsers take long to lay out so many rows.
std::string HtmlReport::more_conversations() const
{
    if (drawn_ == wanted_)
        return {};
    const std::string summary = "And " + digit_groups(wanted_ - drawn_) + " more";
    std::string text =
        "The ladders below are those of the first conversations, and of the first ones with each cause. To draw "
        "another one, append its filter to the file name: " +
        element("code", "tshark -q -r CAPTURE -z tlsdiag,html,FILE,FILTER");
    if (drawn_ + listed_ < wanted_)
        text += " This table lists the first " + digit_groups(listed_) + "; " + element("code", "-z tlsdiag,json") +
                " lists all of them.";
    return element("details", '\n' + element("summary", summary, "id=\"more\"") + '\n' + element("p", text) + '\n' +
                                  conversations_table("more", "Conversations without a ladder", more_rows_)) +
           '\n';
}

std::string HtmlReport::ladders() const
{
    if (sections_.empty())
        return {};
    return heading("Ladders", "ladders") +
           element("p", "Frame numbers are Wireshark's: Ctrl+G goes to a frame, and the filter shows the conversation.",
                   "class=\"quiet\"") +
           '\n' + sections_;
}

std::string HtmlReport::finished(const std::vector<std::string> &notes) const
{
    const std::string main = element("main", '\n' + overview(notes) + findings() + conversations() + ladders());
    return "<!DOCTYPE html>\n<html lang=\"en\">\n" + element("head", '\n' + head()) + '\n' +
           element("body", '\n' + element("header", element("h1", "TLS diagnosis")) + '\n' + main + '\n') +
           "\n</html>\n";
}

} // namespace tlsdiag
