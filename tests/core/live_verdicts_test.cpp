// Tests when verdicts become known while a capture is running.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/catch.hpp"
#include "support/replay.hpp"
#include "support/source_folder.hpp"

#include <string>
#include <vector>

static constexpr std::int64_t silence = 3; // seconds, by default

static std::vector<replay::Segment> segments(const std::string &name)
{
    return replay::read(source_folder() / "captures" / (name + ".pcapng"));
}

static std::vector<std::uint32_t> newly_judged(tlsdiag_capture *capture, std::int64_t seconds)
{
    const std::uint32_t *conversations = nullptr;
    tlsdiag_catch_up(capture);
    const std::size_t count = tlsdiag_newly_judged(capture, seconds, 0, &conversations);
    return {conversations, conversations + count};
}

static bool says(tlsdiag_capture *capture, const std::string &text)
{
    return std::string{tlsdiag_line(capture, 0)}.find(text) != std::string::npos;
}

using Numbers = std::vector<std::uint32_t>;

TEST_CASE("An outcome is news once, after the packet that shows it")
{
    const replay::Capture capture = replay::open();
    Numbers all;
    for (const replay::Segment &segment : segments("client_cert_missing/batch_client_has_none")) {
        replay::feed(capture.get(), segment);
        const Numbers now = newly_judged(capture.get(), segment.frame.seconds);
        if (!now.empty())
            CHECK(says(capture.get(), "failed      conversation 0"));
        all.insert(all.end(), now.begin(), now.end());
    }
    CHECK(all == Numbers{0});
    CHECK(newly_judged(capture.get(), 2'000'000'000).empty());
}

TEST_CASE("A silence is told by anybody's clock, and another outcome after it is told too")
{
    const replay::Capture capture = replay::open();
    const auto all = segments("handshake_stalled/slow_but_sure"); // 7 s
    std::int64_t last = 0;
    std::size_t next = 0;
    for (; next < all.size() && (next == 0 || all[next].frame.seconds < last + silence); ++next) {
        last = all[next].frame.seconds;
        replay::feed(capture.get(), all[next]);
        CHECK(newly_judged(capture.get(), last).empty());
    }
    REQUIRE(next < all.size());
    CHECK(newly_judged(capture.get(), last + silence - 1).empty());
    CHECK(newly_judged(capture.get(), last + silence + 1) == Numbers{0});
    CHECK(says(capture.get(), "failed      conversation 0"));
    CHECK(newly_judged(capture.get(), last + 2 * silence).empty());
    Numbers later;
    for (; next < all.size(); ++next) {
        replay::feed(capture.get(), all[next]);
        const Numbers now = newly_judged(capture.get(), all[next].frame.seconds);
        later.insert(later.end(), now.begin(), now.end());
    }
    CHECK(later == Numbers{0});
    CHECK(says(capture.get(), "completed"));
}

TEST_CASE("Who asks late is told all of it")
{
    const replay::Capture capture = replay::open();
    for (const replay::Segment &segment : segments("client_cert_missing/batch_client_has_none"))
        replay::feed(capture.get(), segment);
    CHECK(newly_judged(capture.get(), 2'000'000'000) == Numbers{0});
}
