// Selects the product hints that belong to a finding.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/product_hints.hpp"

#include "core/base/text.hpp"
#include "core/diagnosis/catalogue.hpp"
#include "core/tls/iana_names.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tlsdiag {

extern const char *const builtin_hints; // analyzers/hints.tsv, embedded by CMake

// ---- The table ----

static std::string_view text_of(std::string_view column)
{
    return column == "-" ? std::string_view{} : column;
}

static void add_row(const std::vector<std::string_view> &row, std::multimap<std::string_view, ProductNote> &notes)
{
    if (row.size() != 7)
        throw std::logic_error{"analyzers/hints.tsv: not 7 columns: " + std::string{row[0]}};
    for (std::string_view alert : words_of(row[0], " ")) {
        const std::string_view id = take_until(alert, ':');
        notes.emplace(
            id, ProductNote{alert, row[1], words_of(row[2], " "), row[3], text_of(row[4]), text_of(row[5]), row[6]});
    }
}

const std::multimap<std::string_view, ProductNote> &product_notes()
{
    static const auto notes = [] {
        std::multimap<std::string_view, ProductNote> rows;
        for (const TableRow &row : table_rows(builtin_hints))
            add_row(row.columns, rows);
        return rows;
    }();
    return notes;
}

// ---- The preference ----

static bool same_word(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

static std::set<std::string_view> all_products()
{
    std::set<std::string_view> names;
    for (const auto &[id, note] : product_notes())
        names.insert(note.product);
    return names;
}

static std::string no_product(std::string_view word, const std::set<std::string_view> &known)
{
    const std::vector<std::string> names{known.begin(), known.end()};
    return "products: '" + printable(word, 80) + "' is not a known product; use auto, all, none, " + join(names, ", ");
}

Products Products::parse(std::string_view list, std::string &error)
{
    const std::set<std::string_view> known = all_products();
    Products chosen;
    chosen.by_evidence = list.find_first_not_of(' ') == std::string_view::npos;
    for (const std::string_view word : words_of(list, ",")) {
        const auto product = std::ranges::find_if(known, [&](std::string_view one) { return same_word(one, word); });
        if (product != known.end())
            chosen.named.insert(*product);
        else if (same_word(word, "all"))
            chosen.all = true;
        else if (same_word(word, "auto"))
            chosen.by_evidence = true;
        else if (!same_word(word, "none")) {
            error = no_product(word, known);
            return {};
        }
    }
    return chosen;
}

// ---- The choice ----

static std::optional<Side> side_of(Party party)
{
    if (party == Party::client)
        return Side::client;
    return party == Party::server ? std::optional{Side::server} : std::nullopt;
}

static std::optional<Side> side_of(std::string_view word, const Finding &finding, const Summary &summary)
{
    const std::optional<Side> fault = side_of(finding.side);
    if (word == "client" || word == "server")
        return word == "client" ? Side::client : Side::server;
    if (word == "fault" || word == "ender")
        return word == "fault" ? fault : summary.ended_by;
    const auto *alert = attribute<SentAlert>(finding);
    const std::optional<Side> sender = alert ? alert->by : std::nullopt;
    const std::optional<Side> its_peer = word == "receiver" ? sender : fault;
    return its_peer ? std::optional{peer(*its_peer)} : std::nullopt;
}

// The side that writes this log; nullopt: neither.
static std::optional<Side> place(const ProductNote &note, const Finding &finding, const Summary &summary)
{
    const std::optional<Side> side = side_of(note.where.front(), finding, summary);
    const bool agreed =
        std::ranges::all_of(note.where, [&](std::string_view word) { return side_of(word, finding, summary) == side; });
    return agreed ? side : std::nullopt;
}

static bool fits(const ProductNote &note, const Finding &finding, Outcome outcome)
{
    const auto *alert = attribute<SentAlert>(finding);
    if (!note.alert.empty() && (!alert || alert_name(alert->description) != note.alert))
        return false;
    return note.when == "any" || note.when == name(outcome);
}

static void replace(std::string &text, std::string_view what, std::string_view by)
{
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
}

static std::string log_text(const ProductNote &note, const Finding &finding)
{
    std::string text{note.log};
    if (const auto *alert = attribute<SentAlert>(finding)) {
        const std::string called = alert_name(alert->description);
        std::string words = called;
        std::ranges::replace(words, '_', ' ');
        replace(text, "{alert}", called);
        replace(text, "{number}", std::to_string(alert->description));
        replace(text, "{words}", words);
    }
    return text;
}

void add_hints(Summary &summary, const Products &products)
{
    for (Finding &finding : summary.findings) {
        // By evidence, shows only what is certain to be in the log: the reason for the failure, and the alert.
        const bool decisive = attribute<SentAlert>(finding) || finding.diagnosis == summary.verdict.cause;
        const auto [begin, end] = product_notes().equal_range(id(*finding.diagnosis));
        for (auto row = begin; row != end; ++row) {
            const ProductNote &note = row->second;
            const auto side = place(note, finding, summary);
            if (!side || !fits(note, finding, summary.verdict.outcome))
                continue;
            const LibraryFingerprint &stack = summary.stacks[*side];
            const bool seen = decisive && stack.library == note.product;
            if ((products.by_evidence && seen) || products.all || products.named.contains(note.product))
                finding.hints.push_back({note.product, *side, seen ? stack.evidence : std::string_view{},
                                         log_text(note, finding), note.fix, note.source});
        }
    }
}

std::string hint_text(const Hint &hint)
{
    const std::string side{name(hint.side)}, evidence{hint.evidence}, fix{hint.fix};
    const std::string who =
        evidence.empty() ? " (if it is the " + side + ")" : " (the " + side + ", judging by " + evidence + ")";
    const std::string log = hint.log.empty() ? "" : " logs: " + hint.log;
    return std::string{hint.product} + who + log + (fix.empty() ? "" : log.empty() ? ": " + fix : "; fix: " + fix);
}

} // namespace tlsdiag
