// Tests the width of text in terminal columns, and how it is wrapped and cut.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/columns.hpp"
#include "core/base/text.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;

TEST_CASE("Text takes the columns that a terminal gives it")
{
    CHECK(columns_of("") == 0);
    CHECK(columns_of("CN=host") == 7);
    CHECK(columns_of("schön") == 5);
    CHECK(columns_of("東京") == 4);
    CHECK(columns_of("e\u0301") == 1); // a combining acute
    CHECK(columns_of("한국 Ｌ") == 7);
    CHECK(columns_of("🔒") == 2);
    CHECK(columns_of("├──▶│") == 5);
}

TEST_CASE("Text is broken at blanks, and long words where they have to be")
{
    using Lines = std::vector<std::string>;
    CHECK(wrapped_to("", 10) == Lines{""});
    CHECK(wrapped_to("one two three", 7) == Lines{"one two", "three"});
    CHECK(wrapped_to("one two three", 8) == Lines{"one two", "three"});
    CHECK(wrapped_to("one two", 100) == Lines{"one two"});
    CHECK(wrapped_to("abcdefgh ij", 3) == Lines{"abc", "def", "gh", "ij"});
    CHECK(wrapped_to("東京都", 5) == Lines{"東京", "都"});
    CHECK(wrapped_to("東京", 0) == Lines{"東", "京"}); // it must end
    CHECK(wrapped_to("e\u0301e\u0301e\u0301", 2) == Lines{"e\u0301e\u0301", "e\u0301"});
    CHECK(wrapped_to("one   two", 5) == Lines{"one", "two"});
    CHECK(wrapped_to("  x", 2) == Lines{"", "x"});
    CHECK(wrapped_to("one two  ", 7) == Lines{"one two"});
    CHECK(wrapped_to("see abcdefgh ij k", 4, LongWords::stay_whole) == Lines{"see", "abcdefgh", "ij k"});
    CHECK(wrapped("- ", "東京 two", 6) == "- 東京\n  two\n");
    CHECK(wrapped("a long lead ", "two words", 6) == "a long lead two\n            words\n");
    CHECK(padded("東京", 6) == "東京  ");
    CHECK(padded("東京", 3) == "東京");
}

TEST_CASE("A text that is cut says so")
{
    CHECK(cut_to("abcdef", 6) == "abcdef");
    CHECK(cut_to("abcdef", 5) == "ab...");
    CHECK(cut_to("東京都", 5) == "東...");
}

TEST_CASE("ASCII stands for everything")
{
    CHECK(in_ascii("CN=schön") == "CN=sch\\u{00f6}n");
    CHECK(in_ascii("🔒") == "\\u{1f512}");
}
