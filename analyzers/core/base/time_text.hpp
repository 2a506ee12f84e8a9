// Every date and duration as text, so that the same time reads the same in a sentence, a ladder, a table and a page.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tlsdiag {

// Times are nanoseconds since 1970.
std::string date_text(std::int64_t time); // "2026-11-08 09:30 UTC"
std::string day_text(std::int64_t time);  // "2026-11-08"; at the ends of the range "1677 or earlier", "2262 or later"
std::string utc_text(std::int64_t time);  // "2026-11-20T10:11:12.123456Z", for programs and logs
std::string readable_utc(std::string utc_text);                // "2026-11-20 10:11:12.123456 UTC"
std::string span_text(std::int64_t since, std::int64_t until); // "12 days", "3 hours", "1 minute"

// "0.34 ms", "45.3 ms", "3.5 s"; negative durations, which rewritten captures have, are none.
std::string duration_text(std::int64_t nanoseconds);
std::string duration_text(double seconds);
std::string clock_text(double seconds); // since a drawing began: "0.012345"
double in_microseconds(double seconds); // rounded, as JSON has them

} // namespace tlsdiag
