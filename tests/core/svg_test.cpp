// Tests the SVG ladder against its golden output.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/ladder_svg.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/ladders.hpp"

#include <algorithm>

using namespace tlsdiag;

static bool has(const std::string &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

TEST_CASE("a ladder as SVG", "[svg]")
{
    CHECK(matches_golden("ladder.svg", svg_ladder(samples::refused())));
}

TEST_CASE("nothing from the wire is markup in SVG", "[svg]")
{
    const std::string drawing = svg_ladder(samples::hostile());
    CHECK(!has(drawing, "<script"));
    CHECK(!has(drawing, "\xef\xbf\xbf")); // not allowed in XML
    CHECK(has(drawing, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    CHECK(has(drawing, "\\u{202e}"));
    CHECK(std::ranges::all_of(drawing,
                              [](char byte) { return byte == '\n' || static_cast<unsigned char>(byte) >= 0x20; }));
}

TEST_CASE("long frame numbers stay in their column", "[svg]")
{
    Ladder ladder = samples::refused();
    ladder.rows[5].frame = 4'294'967'290;
    ladder.rows[5].last_frame = 4'294'967'295;
    const std::string drawing = svg_ladder(ladder);
    CHECK(has(drawing, ">frames 4294967290</text>"));
    CHECK(has(drawing, ">to 4294967295</text>"));
}

TEST_CASE("a conversation that was not kept is drawn without arrows", "[svg]")
{
    Ladder ladder = samples::healthy(0);
    const std::string drawing = svg_ladder(ladder);
    CHECK(has(drawing, "The handshake completed."));
    CHECK(!has(drawing, "<path"));
}
