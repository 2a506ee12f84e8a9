// Formats dates and durations.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/time_text.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

namespace tlsdiag {

using Limits = std::numeric_limits<std::int64_t>;
constexpr std::int64_t microsecond = 1'000, millisecond = 1'000 * microsecond, second = 1'000 * millisecond;

// ---- Dates ----

std::string utc_text(std::int64_t time)
{
    using namespace std::chrono;
    const auto moment =
        floor<microseconds>(sys_time<nanoseconds>{nanoseconds{time}}); // days in nanoseconds could overflow
    const auto day = floor<days>(moment);
    const year_month_day date{day};
    const hh_mm_ss clock{moment - day};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text.data();
}

std::string readable_utc(std::string utc_text)
{
    if (const auto t = utc_text.find('T'); t != std::string::npos)
        utc_text[t] = ' ';
    if (utc_text.ends_with('Z'))
        utc_text.replace(utc_text.size() - 1, 1, " UTC");
    return utc_text;
}

std::string date_text(std::int64_t time)
{
    return readable_utc(utc_text(time).substr(0, std::string_view{"2026-11-08T09:30"}.size()) + 'Z');
}

std::string day_text(std::int64_t time)
{
    if (time == Limits::min())
        return "1677 or earlier";
    if (time == Limits::max())
        return "2262 or later"; // RFC 5280, 4.1.2.5: the year 9999 means no expiry date
    return utc_text(time).substr(0, std::string_view{"2026-11-08"}.size());
}

// ---- Durations ----

std::string span_text(std::int64_t since, std::int64_t until)
{
    constexpr std::uint64_t minute = 60 * second, hour = 60 * minute, day = 24 * hour;
    // Unsigned, because it may exceed the 292 years before and after 1970 that a time covers.
    const std::uint64_t span =
        since < until ? static_cast<std::uint64_t>(until) - static_cast<std::uint64_t>(since) : 0;
    const auto of = [span](std::uint64_t unit, std::string_view one, std::string_view many) {
        return plural(span / unit, one, many);
    };
    if (span < minute)
        return "less than a minute";
    if (span < 2 * hour)
        return of(minute, "minute", "minutes");
    return span < 2 * day ? of(hour, "hour", "hours") : of(day, "day", "days");
}

static std::string with_tenths(std::uint64_t tenths)
{
    return digit_groups(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string duration_text(std::int64_t nanoseconds)
{
    const std::int64_t duration = std::max<std::int64_t>(nanoseconds, 0);
    const auto rounded_to = [duration](std::int64_t step) {
        return static_cast<std::uint64_t>(duration / step + (duration % step >= step / 2 ? 1 : 0));
    };
    // Rounded before the unit is chosen: 999.96 ms is "1.0 s".
    if (const std::uint64_t hundredths = rounded_to(millisecond / 100); hundredths < 100)
        return "0." + std::to_string(100 + hundredths).substr(1) + " ms";
    if (const std::uint64_t tenths = rounded_to(millisecond / 10); tenths < 10'000)
        return with_tenths(tenths) + " ms";
    return with_tenths(rounded_to(second / 10)) + " s";
}

std::string duration_text(double seconds)
{
    constexpr double longest = 9.2e18; // 292 years
    return duration_text(static_cast<std::int64_t>(std::llround(std::clamp(seconds * 1e9, 0.0, longest))));
}

std::string clock_text(double seconds)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), seconds < 1000 ? "%.6f" : "%.3f", seconds);
    return text.data();
}

double in_microseconds(double seconds)
{
    return std::round(seconds * 1e6) / 1e6;
}

} // namespace tlsdiag
