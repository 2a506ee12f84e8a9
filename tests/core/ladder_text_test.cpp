// Tests the text ladder against its golden output, at different widths and with hostile text.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/columns.hpp"
#include "render/ladder_json.hpp"
#include "render/ladder_text.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/rich.hpp"

#include <algorithm>

using namespace tlsdiag;

static Ladder rich_ladder()
{
    wire::Wire wire;
    wire.ladders.keep(Ladders::Keep::all);
    samples::play_rich(wire);
    return wire.ladder();
}

static std::vector<std::string> lines_of(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty())
        lines.emplace_back(take_until(text, '\n'));
    return lines;
}

static std::size_t widest(const std::string &text)
{
    std::size_t columns = 0;
    for (const std::string &line : lines_of(text))
        columns = std::max(columns, columns_of(line));
    return columns;
}

// One row a line, for readability.
static std::string lines_of_json(const nlohmann::ordered_json &ladder)
{
    std::string text;
    for (const auto &[key, value] : ladder.items()) {
        text += '"' + key + "\": ";
        if (!value.is_array()) {
            text += value.dump() + '\n';
            continue;
        }
        text += "[\n";
        for (const auto &one : value)
            text += "  " + one.dump() + '\n';
        text += "]\n";
    }
    return text;
}

TEST_CASE("The ladder as text, and its data")
{
    const Ladder ladder = rich_ladder();
    CHECK(matches_golden("ladder.txt", text_ladder(ladder, {})));
    CHECK(matches_golden("ladder_rows.txt", lines_of_json(ladder_json(ladder))));
}

TEST_CASE("A ladder fits the columns that there are, and uses them")
{
    const Ladder ladder = rich_ladder();
    for (const std::size_t columns : {0u, 59u, 60u, 72u, 80u, 100u, 139u, 140u, 1'000'000u}) {
        const std::size_t wanted = std::clamp(columns, TextStyle::narrowest, TextStyle::widest);
        for (const bool utf8 : {true, false}) {
            INFO(columns);
            CHECK(widest(text_ladder(ladder, {columns, utf8, false})) == wanted);
        }
    }
}

TEST_CASE("Both lanes stand straight, whatever stands between them")
{
    for (const std::size_t columns : {60u, 100u}) {
        for (const std::string &line : lines_of(text_ladder(rich_ladder(), {columns, true, false}))) {
            if (!std::ranges::any_of(std::vector{"│", "┤", "┊", "▶│"}, [&](auto end) { return line.ends_with(end); }))
                continue;
            INFO(line);
            CHECK(columns_of(line) == columns);
        }
    }
}

TEST_CASE("Without UTF-8 a ladder is ASCII, and what is not is written as its number")
{
    const std::string text = text_ladder(rich_ladder(), {100, false, false});
    CHECK(std::ranges::all_of(text, [](char byte) { return byte == '\n' || (byte >= ' ' && byte <= '~'); }));
    CHECK(text.find("\\u{6771}\\u{4eac}") != std::string::npos);
    CHECK(text.find("|-- ClientHello ---") != std::string::npos);
    CHECK(text.find("=== Alert unknown_ca (48) ==|") != std::string::npos);
}

TEST_CASE("Colours come in pairs, and take no room")
{
    const Ladder ladder = rich_ladder();
    std::string text = text_ladder(ladder, {100, true, true});
    CHECK(text.find("\x1b[1;31m") != std::string::npos);
    for (std::size_t at = 0; (at = text.find("\x1b[", at)) != std::string::npos;)
        text.erase(at, text.find('m', at) + 1 - at);
    CHECK(text == text_ladder(ladder, {100, true, false}));
}

TEST_CASE("A ladder that was not kept still has its verdict")
{
    wire::Wire wire;
    samples::play_rich(wire);
    const Ladder ladder = wire.ladder();
    CHECK(ladder.rows.empty());
    const std::string text = text_ladder(ladder, {});
    CHECK(text.find("  failed  ") != std::string::npos);
    CHECK(text.find("client  ") == std::string::npos);
}

TEST_CASE("What a peer wrote, and more of it than the core lets through, harms neither text nor JSON")
{
    const std::string bad = "</p><script>alert(1)</script>\x1b[31m\xe2\x80\xae\xff\x01\x9b\r\n\t" +
                            std::string(1'000'000, 'x') + "\xd7\x90";
    Ladder ladder = rich_ladder();
    for (std::string *field : {&ladder.client, &ladder.server, &ladder.protocol, &ladder.filter, &ladder.verdict})
        *field = bad;
    ladder.properties.push_back({bad, bad});
    for (Ladder::Row &row : ladder.rows) {
        row.label = bad;
        row.words = {bad};
    }
    for (Ladder::Finding &finding : ladder.findings)
        finding.detail = finding.remedy = bad;
    const std::string text = text_ladder(ladder, {});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\r') == std::string::npos);
    CHECK(text.find("\xe2\x80\xae") == std::string::npos);
    CHECK(text.size() < 500'000);
    const std::string json = ladder_json(ladder).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    CHECK(nlohmann::json::accept(json));
    CHECK(std::ranges::none_of(json, [](char byte) { return static_cast<unsigned char>(byte) < ' '; }));
}
