// Tests the texts of dates and durations.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/time_text.hpp"
#include "support/catch.hpp"
#include "support/pki.hpp"

#include <limits>

using namespace tlsdiag;

TEST_CASE("time text: dates, and the ends of what can be told")
{
    constexpr Time day = 86'400 * second;
    CHECK(date_text(pki::date(2026, 11, 8) + (9 * 3600 + 30 * 60 + 59) * second) == "2026-11-08 09:30 UTC");
    CHECK(date_text(pki::date(1969, 12, 31) + day - 1) == "1969-12-31 23:59 UTC");
    CHECK(day_text(pki::date(2026, 11, 8) + day - 1) == "2026-11-08");
    CHECK(day_text(std::numeric_limits<Time>::min()) == "1677 or earlier");
    CHECK(day_text(std::numeric_limits<Time>::min() + 1) == "1677-09-21");
    CHECK(day_text(std::numeric_limits<Time>::max()) == "2262 or later");
    CHECK(day_text(std::numeric_limits<Time>::max() - 1) == "2262-04-11");
}

TEST_CASE("time text: spans, each up to where the next unit begins")
{
    constexpr Time minute = 60 * second, hour = 60 * minute, day = 24 * hour;
    const std::pair<Time, const char *> spans[] = {
        {-day, "less than a minute"}, // in reverse order
        {0, "less than a minute"},
        {minute - 1, "less than a minute"},
        {minute, "1 minute"},
        {hour, "60 minutes"},
        {2 * hour - 1, "119 minutes"},
        {2 * hour, "2 hours"},
        {day, "24 hours"},
        {2 * day - 1, "47 hours"},
        {2 * day, "2 days"},
        {12 * day + hour, "12 days"},
    };
    for (const auto &[span, text] : spans) {
        CAPTURE(span);
        CHECK(span_text(0, span) == text);
    }
    CHECK(span_text(std::numeric_limits<Time>::min(), std::numeric_limits<Time>::max()) == "213,503 days");
}

TEST_CASE("time text: the ends of their range")
{
    using Limits = std::numeric_limits<Time>;
    CHECK(utc_text(Limits::min()) == "1677-09-21T00:12:43.145224Z");
    CHECK(utc_text(Limits::max()) == "2262-04-11T23:47:16.854775Z");
    CHECK(date_text(Limits::min()) == "1677-09-21 00:12 UTC");
    CHECK(span_text(Limits::min(), Limits::max()) == "213,503 days"); // 584 years
    CHECK(span_text(0, Limits::max()) == "106,751 days");
    CHECK(span_text(second, 0) == "less than a minute");
}

TEST_CASE("time text: durations in a unit that fits")
{
    constexpr Time us = second / 1'000'000, ms = second / 1000;
    const std::pair<Time, const char *> durations[] = {{0, "0.00 ms"},
                                                       {ms / 3, "0.33 ms"},
                                                       {995 * us - 1, "0.99 ms"},
                                                       {995 * us, "1.0 ms"},
                                                       {9 * ms + ms / 2, "9.5 ms"},
                                                       {45'349 * us, "45.3 ms"},
                                                       {999'949 * us, "999.9 ms"},
                                                       {999'950 * us, "1.0 s"},
                                                       {3450 * ms, "3.5 s"},
                                                       {2000 * second, "2,000.0 s"},
                                                       {-second, "0.00 ms"}};
    for (const auto &[duration, text] : durations) {
        CHECK(duration_text(duration) == text);
        CHECK(duration_text(static_cast<double>(duration) / 1e9) == text);
    }
    CHECK(duration_text(std::numeric_limits<Time>::max()) == "9,223,372,036.9 s");
    CHECK(duration_text(1e300) == "9,200,000,000.0 s");
}

TEST_CASE("time text: the clock of a drawing")
{
    CHECK(clock_text(0.0123456) == "0.012346");
    CHECK(clock_text(1000) == "1000.000");
}

TEST_CASE("time text: a time for programs, for people")
{
    CHECK(readable_utc("2026-11-20T10:11:12.123456Z") == "2026-11-20 10:11:12.123456 UTC");
    CHECK(readable_utc("") == "");
}
