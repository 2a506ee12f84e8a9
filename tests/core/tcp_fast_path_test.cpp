// Tests that segments after the handshake give the same results on the fast path as on the slow one. A flag that
// nothing reads sends a segment down the slow path.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <random>

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

constexpr std::uint8_t ecn_echo = 0x40; // RFC 3168

struct Segment {
    Side from;
    std::uint8_t flags;
    std::uint32_t sequence, acknowledged;
    Octets payload;
    std::size_t length;
    Octets shown{}; // records found by the dissector
};

// A handshake, then records of application data in segments of any size: lost, duplicated, truncated, reordered, with
// acknowledgments of captured and of missing data, and perhaps an end. In every fourth case only the dissector finds
// the records.
class Exchange {
public:
    explicit Exchange(unsigned seed) : random_{seed}, hidden_{seed % 4 == 3}
    {
        flags_ = flag::syn;
        send(Side::client, {});
        flags_ = flag::syn | flag::ack;
        send(Side::server, {});
        flags_ = flag::ack;
        send(Side::client, {});
        send(Side::client, hello12());
        send(Side::server, server_flight12());
        send(Side::client, client_flight12());
        send(Side::server, finished12());
        for (int turn = 0; turn < 12; ++turn)
            something();
    }

    const std::vector<Segment> &segments() const { return segments_; }

private:
    unsigned any(unsigned below) { return static_cast<unsigned>(random_() % below); }
    Side one() { return any(2) != 0 ? Side::client : Side::server; }

    void something()
    {
        const Side from = one();
        const unsigned what = any(20);
        flags_ = what % 2 == 0 ? flag::ack : flag::ack | 0x08;
        if (what < 9)
            in_pieces(from, encrypted(1 + any(4000)));
        else if (what < 12)
            send(from, {});
        else if (what == 12)
            next_[from] += 1 + any(100); // not captured
        else if (what == 13)
            segments_.push_back(segments_[any(static_cast<unsigned>(segments_.size()))]);
        else if (what == 14)
            std::swap(segments_[segments_.size() - 1], segments_[segments_.size() - 2]);
        else if (what == 15 && segments_.back().payload.size() > 1)
            segments_.back().payload.resize(segments_.back().payload.size() / 2);
        else if (what == 16)
            send(from, bytes::record(21, 0x0303, bytes::filled(40, 0x5a)));
        else if (what == 17)
            send(from, alert_record(any(2) != 0 ? 20 : 0));
        else if (what == 18 && any(3) == 0)
            end(from, flag::rst);
        else if (what == 19)
            end(from, flag::fin);
    }

    void in_pieces(Side from, const Octets &record)
    {
        for (Bytes rest{record}; !rest.empty();) {
            const std::size_t size = std::min<std::size_t>(1 + any(1448), rest.size());
            const Octets piece{rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size)};
            rest = rest.subspan(size);
            send(from, piece, rest.empty() ? record : Octets{});
            if (any(3) == 0)
                send(peer(from), {});
        }
    }

    void end(Side from, std::uint8_t reason)
    {
        flags_ |= reason;
        send(from, {});
        flags_ = flag::ack;
    }

    void send(Side from, const Octets &payload) { send(from, payload, payload); }
    void send(Side from, Octets payload, const Octets &records)
    {
        for (std::uint8_t &byte : payload)
            byte ^= hidden_ ? 0xff : 0;
        segments_.push_back(
            {from, flags_, next_[from], next_[peer(from)], payload, payload.size(), hidden_ ? records : Octets{}});
        next_[from] += static_cast<std::uint32_t>(payload.size()) + (flags_ & (flag::syn | flag::fin) ? 1 : 0);
    }

    std::mt19937 random_;
    bool hidden_;
    std::uint8_t flags_ = flag::ack;
    PerSide<std::uint32_t> next_{{1000, 5000}};
    std::vector<Segment> segments_;
};

std::string judged(const std::vector<Segment> &segments, std::uint8_t flag)
{
    using namespace bytes;
    Capture capture{Settings{.trust_store = "none", .size_table = "", .silence = 3 * second}};
    capture.keep_metrics();
    const PerSide<Endpoint> ends{{Endpoint{{10, 0, 0, 1}, 4, 40000}, Endpoint{{10, 0, 0, 2}, 4, 443}}};
    std::uint32_t frame = 0;
    for (const Segment &one : segments) {
        ++frame;
        capture.begin_frame({{frame, start + frame * (second / 1000)}, ends[one.from], ends[peer(one.from)]});
        const std::uint8_t flags = frame > 7 ? one.flags | flag : one.flags;
        const Octets header = cat(u16(ends[one.from].port), u16(ends[peer(one.from)].port), u32(one.sequence),
                                  u32(one.acknowledged), u8(0x50), u8(flags), u16(8192), u16(0), u16(0));
        capture.tcp(0, header, one.payload, one.length);
        if (!one.shown.empty())
            capture.carrier().record(false, one.shown);
        capture.end_frame();
    }
    std::string told;
    for (const bool ended : {false, true}) {
        if (ended)
            capture.end();
        const Summary summary = capture.results().summary(0);
        const auto &bytes = summary.metrics->bytes;
        told +=
            json_line(summary) + std::to_string(bytes[Side::client]) + " " + std::to_string(bytes[Side::server]) + "\n";
        for (const FrameResult &shown : capture.results().of_frame(frame))
            told += json_line(shown.summary) + "\n";
    }
    return told;
}

} // namespace

TEST_CASE("After the handshake the short path comes to the same as the long one")
{
    unsigned ends_seen = 0;
    for (unsigned seed = 0; seed < 2000; ++seed) {
        INFO("seed " << seed);
        const Exchange exchange{seed};
        const std::string told = judged(exchange.segments(), 0);
        REQUIRE(told == judged(exchange.segments(), ecn_echo));
        ends_seen += told.find("closed_without_close_notify") != std::string::npos;
    }
    CHECK(ends_seen > 100); // they differ in what they tell
}
