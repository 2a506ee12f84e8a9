// Tests the HTML page against its golden output, and its limits.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/html_page.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/ladders.hpp"

using namespace tlsdiag;
using Draw = HtmlReport::Draw;

static bool has(const std::string &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

TEST_CASE("a report as HTML", "[html]")
{
    HtmlReport report{Draw::problems};
    report.add(samples::refused(0));
    report.add(samples::healthy(1));
    CHECK(matches_golden("report.html", report.finished({"There is no system trust store on this machine."})));
}

TEST_CASE("a healthy conversation is counted, and drawn where all are wanted", "[html]")
{
    for (const bool all : {false, true}) {
        HtmlReport report{all ? Draw::all : Draw::problems};
        report.add(samples::healthy(7));
        const std::string page = report.finished({});
        CHECK(has(page, "No problem found in 1 conversation."));
        CHECK(has(page, "<section id=\"c7\"") == all);
        CHECK(has(page, "<a href=\"#c7\">7</a>") == all);
    }
}

TEST_CASE("a report of nothing says so", "[html]")
{
    const std::string page = HtmlReport{Draw::problems}.finished({});
    CHECK(has(page, "No TLS conversation found"));
    CHECK(!has(page, "<table"));
}

TEST_CASE("of very many conversations some are drawn, more are listed, and the page says so", "[html]")
{
    HtmlReport report{Draw::problems, {.drawn = 4, .drawn_of_a_cause = 2, .listed = 3}};
    for (std::uint32_t number = 0; number < 9; ++number) {
        Ladder ladder = samples::refused(number);
        if (number == 8)
            ladder.cause = "expired"; // the first with this cause, however late
        report.add(ladder);
    }
    const std::string page = report.finished({});
    CHECK(has(page, "And 4 more"));
    CHECK(has(page, "those of the first conversations"));
    CHECK(has(page, "<section id=\"c3\""));
    CHECK(!has(page, "<section id=\"c4\""));
    CHECK(has(page, "<section id=\"c8\""));
    CHECK(has(page, "<td>6</td><td class=\"failed\">"));
    CHECK(!has(page, "<td>7</td><td class=\"failed\">"));
}

TEST_CASE("nothing from the wire is markup", "[html]")
{
    HtmlReport report{Draw::problems};
    report.add(samples::hostile());
    const std::string page = report.finished({"<script>"});
    CHECK(!has(page, "<script"));
    CHECK(!has(page, "</style>\"")); // the end of an attribute
    CHECK(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    CHECK(has(page, "\\u{202e}"));
    CHECK(has(page, "\\x1b"));
}
