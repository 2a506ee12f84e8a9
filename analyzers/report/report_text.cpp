// The report as text: a block for each conversation with a problem, then the counts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/columns.hpp"
#include "core/base/text.hpp"
#include "core/base/time_text.hpp"
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/product_hints.hpp"
#include "core/diagnosis/summary.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <map>

namespace tlsdiag {

constexpr std::size_t label_width = 10; // "unfinished", the longest
constexpr std::size_t text_column = 2 + label_width + 2;

static std::string labelled(std::string_view label, std::string_view text, std::size_t columns)
{
    return wrapped("  " + padded(label, label_width) + "  ", text, columns);
}

static std::string stream_text(const Summary &summary)
{
    if (!summary.stream)
        return "EAP";
    const std::string filter = stream_filter(summary);
    if (summary.transport == Transport::eap)
        return "EAP, " + filter;
    if (summary.transport == Transport::openvpn)
        return "OpenVPN, " + filter;
    return summary.transport == Transport::quic ? "QUIC, " + filter : filter;
}

static std::string when_text(const Summary &summary)
{
    const std::string text =
        frames_text(summary.first.frame, summary.last.frame) + ", from " + readable_utc(utc_text(summary.first.time));
    return summary.seconds < 0 ? text : text + ", handshake " + duration_text(summary.seconds);
}

static std::string header(const Summary &summary, std::size_t columns)
{
    std::vector<std::string> parts{"Conversation " + std::to_string(summary.number),
                                   endpoint_text(summary.client) + " -> " + endpoint_text(summary.server)};
    if (!summary.sni.empty())
        parts.push_back(summary.sni);
    parts.push_back(stream_text(summary));
    if (summary.version)
        parts.push_back(version_text(summary));
    return join(parts, "   ") + '\n' + wrapped(std::string(text_column, ' '), when_text(summary), columns);
}

static std::string finding_text(const Finding &finding, bool is_cause, std::size_t columns)
{
    std::string title = std::string{id(*finding.diagnosis)} + ": frame " + std::to_string(finding.frame) + ", " +
                        std::string{name(finding.side)} + " at fault, " + std::string{name(finding.certainty)};
    if (is_cause)
        title += ", the cause";
    const std::string indent(text_column, ' ');
    std::string text = labelled(name(finding.diagnosis->severity), title, columns) +
                       wrapped(indent, finding.detail, columns) + wrapped(indent + "-> ", remedy_of(finding), columns);
    for (const Hint &hint : finding.hints)
        text += wrapped(indent + "*  ", hint_text(hint), columns);
    if (finding.evidence != std::vector{finding.frame} && !finding.evidence.empty())
        text += wrapped(indent, "See " + frames_text(finding.evidence) + ".", columns);
    return text;
}

bool has_problem(const Summary &summary)
{
    return summary.verdict.outcome == Outcome::failed ||
           std::ranges::any_of(summary.findings,
                               [](const Finding &finding) { return finding.diagnosis->severity != Severity::note; });
}

// The cause first, whatever preceded it on the wire.
static std::string block(const Summary &summary, std::size_t columns)
{
    const Verdict &verdict = summary.verdict;
    const auto is_cause = [&](const Finding &finding) { return finding.diagnosis == verdict.cause; };
    std::string causes, others;
    for (const Finding &finding : summary.findings)
        (is_cause(finding) ? causes : others) += '\n' + finding_text(finding, is_cause(finding), columns);
    return header(summary, columns) + labelled(name(verdict.outcome), sentence(summary), columns) + causes + others;
}

static std::string_view outcome_text(Outcome outcome)
{
    switch (outcome) {
    case Outcome::completed:
        return "completed";
    case Outcome::failed:
        return "failed";
    case Outcome::abandoned:
        return "abandoned by the client";
    case Outcome::unfinished:
        return "unfinished (the capture ends first)";
    case Outcome::unseen:
        break;
    }
    return "unseen (the capture cannot tell)";
}

void TextCounts::add(const Summary &summary)
{
    ++conversations_;
    ++outcomes_[summary.verdict.outcome];
    for (const Finding &finding : summary.findings) {
        Where &where = found_[finding.diagnosis];
        if (where.last == summary.number)
            continue;
        where.last = summary.number;
        if (++where.count <= most_listed)
            where.listed.push_back(std::to_string(summary.number));
    }
}

std::string TextCounts::outcomes_text() const
{
    std::vector<std::string> parts;
    for (const auto &[outcome, count] : outcomes_)
        parts.push_back(digit_groups(count) + ' ' + std::string{outcome_text(outcome)});
    return join(parts, ", ");
}

// Each diagnosis that was found, errors first, with the conversations that have it.
std::string TextCounts::findings_table(std::size_t columns) const
{
    constexpr std::size_t id_width = 31;
    std::string text;
    for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
        for (const Entry &entry : catalogue()) {
            const auto found = found_.find(entry.diagnosis);
            if (found == found_.end() || entry.diagnosis->severity != severity)
                continue;
            const Where &where = found->second;
            text += labelled(name(severity),
                             padded(entry.id, id_width) + digit_groups(where.count) +
                                 (where.count == 1 ? " in conversation " : " in conversations ") +
                                 join(where.listed, ", ") + (where.count > most_listed ? ", ..." : ""),
                             columns);
        }
    }
    return text;
}

std::string TextCounts::text(const std::vector<std::string> &notes, std::size_t columns) const
{
    std::string text = plural(conversations_, "conversation", "conversations");
    if (conversations_ > 0)
        text += ": " + outcomes_text();
    text += ".\n" + findings_table(columns);
    for (const std::string &note : notes)
        text += wrapped("Note: ", note, columns);
    return text;
}

std::string TextReport::add(const Summary &summary)
{
    counts_.add(summary);
    if (!has_problem(summary))
        return {};
    problems_ = true;
    return block(summary, columns_) + '\n';
}

std::string TextReport::end(const std::vector<std::string> &notes) const
{
    if (counts_.conversations() == 0)
        return "No TLS conversation found over TCP, DTLS, QUIC or EAP, or none that matches the filter.\n";
    return (problems_ ? "" : "No problem found in ") + counts_.text(notes, columns_);
}

} // namespace tlsdiag
