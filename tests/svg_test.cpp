// SPDX-License-Identifier: GPL-2.0-or-later
#include "ladder/svg.hpp"

#include "catch.hpp"
#include "golden.hpp"
#include "ladders.hpp"

using namespace tlsdiag;

TEST_CASE("a ladder as SVG", "[svg]")
{
    CHECK(matches_golden("ladder.svg", svg_ladder(samples::refused())));
}
