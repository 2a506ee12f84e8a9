// Tests that text from the wire is made printable.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/text.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using bytes::from_hex;

TEST_CASE("harmless text stays as it is", "[text]")
{
    CHECK(printable("CN=host.example, O=a\\b") == "CN=host.example, O=a\\b");
    CHECK(printable("Zürich 東京 \xf0\x9f\x94\x92") == "Zürich 東京 \xf0\x9f\x94\x92");
    CHECK(printable("\xc2\xa0") == "\xc2\xa0"); // just above C1
    CHECK(printable("") == "");
}

TEST_CASE("controls and marks that change how a line reads are escaped", "[text]")
{
    CHECK(printable("a\r\nb\t") == "a\\x0d\\x0ab\\x09");
    CHECK(printable(std::string_view{"\0", 1}) == "\\x00");
    CHECK(printable("\x7f") == "\\x7f");
    CHECK(printable("\x1b[31m") == "\\x1b[31m");
    CHECK(printable("\xc2\x80\xc2\x9f") == "\\u{0080}\\u{009f}");
    CHECK(printable("\xe2\x80\x8e\xe2\x80\x8f") == "\\u{200e}\\u{200f}");
    CHECK(printable("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xae") == "\\u{2028}\\u{2029}\\u{202a}\\u{202e}");
    CHECK(printable("\xe2\x81\xa6\xe2\x81\xa9") == "\\u{2066}\\u{2069}");
    CHECK(printable("\xc2\xad\xf3\xa0\x80\x80") == "\\u{00ad}\\u{e0000}"); // a soft hyphen; reserved, and invisible
    CHECK(printable("\xe2\x80\xaf") == "\xe2\x80\xaf");                    // U+202F, a space
}

TEST_CASE("bytes that are no UTF-8 are escaped one by one", "[text]")
{
    struct Case {
        const char *what, *input, *expected;
    };
    const Case cases[] = {
        {"a continuation alone", "80", "\\x80"},
        {"a lead alone", "c3", "\\xc3"},
        {"a lead before ASCII", "c3 41", "\\xc3A"},
        {"cut inside three bytes", "e2 82", "\\xe2\\x82"},
        {"overlong, two bytes", "c0 af", "\\xc0\\xaf"},
        {"overlong, three bytes", "e0 80 af", "\\xe0\\x80\\xaf"},
        {"overlong, four bytes", "f0 80 80 af", "\\xf0\\x80\\x80\\xaf"},
        {"a surrogate", "ed a0 80", "\\xed\\xa0\\x80"},
        {"past U+10FFFF", "f4 90 80 80", "\\xf4\\x90\\x80\\x80"},
        {"never a lead", "ff fe", "\\xff\\xfe"},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        CHECK(printable(from_hex(each.input)) == each.expected);
    }
    CHECK(printable(from_hex("f48fbfbf")) == "\xf4\x8f\xbf\xbf"); // U+10FFFF itself
    CHECK(printable(from_hex("efbfbf")) == "\xef\xbf\xbf");
}

TEST_CASE("a cut is shown, and never inside a character", "[text]")
{
    CHECK(printable("abcdef", 6) == "abcdef");
    CHECK(printable("abcdef", 5) == "abcde...");
    CHECK(printable("ab\xc3\xbc", 3) == "ab...");
    CHECK(printable("ab\xc3\xbc", 4) == "ab\xc3\xbc");
    CHECK(printable(std::string(1000, 'x')).size() == 256 + 3);
}

TEST_CASE("numbers are written for people", "[text]")
{
    CHECK(digit_groups(0) == "0");
    CHECK(digit_groups(999) == "999");
    CHECK(digit_groups(16384) == "16,384");
    CHECK(digit_groups(1234567) == "1,234,567");
    CHECK(digit_groups(UINT64_MAX) == "18,446,744,073,709,551,615");
    CHECK(hex(0x303) == "0x0303");
    CHECK(hex(0x12345) == "0x12345");
    CHECK(hex(0, 2) == "0x00");
    CHECK(hex_bytes(from_hex("160301")) == "16 03 01");
    CHECK(hex_bytes(from_hex("160301"), 2) == "16 03 ...");
    CHECK(hex_bytes({}) == "");
}

TEST_CASE("words follow their number", "[text]")
{
    CHECK(plural(0, "name", "names") == "0 names");
    CHECK(plural(1, "name", "names") == "1 name");
    CHECK(plural(2000, "name", "names") == "2,000 names");
    CHECK(join({}, ", ") == "");
    CHECK(join({"a"}, ", ") == "a");
    CHECK(join({"a", "", "b"}, ", ") == "a, , b");
}

TEST_CASE("lists that a user writes", "[text]")
{
    using Words = std::vector<std::string_view>;
    CHECK(words_of("", ",").empty());
    CHECK(words_of(" , ,", ",").empty());
    CHECK(words_of("one", ",") == Words{"one"});
    CHECK(words_of(" Transfer CFT ,,nginx", ",") == Words{"Transfer CFT", "nginx"});
    CHECK(words_of("a b,c ", ", ") == Words{"a", "b", "c"});
}

TEST_CASE("tables written as text", "[text]")
{
    const auto rows = table_rows("# comment\r\n\none\ttwo\r\n\t\nlast");
    REQUIRE(rows.size() == 3);
    using Columns = std::vector<std::string_view>;
    CHECK((rows[0].line == 3 && rows[0].columns == Columns{"one", "two"}));
    CHECK((rows[1].line == 4 && rows[1].columns == Columns{"", ""}));
    CHECK((rows[2].line == 5 && rows[2].columns == Columns{"last"}));
}
