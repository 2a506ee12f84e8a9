// Tests that events passed in through the batch give the same results as events passed in one by one.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/door/event_batch.hpp"
#include "report/report.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <functional>

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

const Settings settings{.trust_store = "none", .size_table = ""};

void begin_frame(EventBatch &batch, const tlsdiag_frame &frame)
{
    batch.begin_frame(frame);
}

void begin_frame(Capture &capture, const tlsdiag_frame &frame)
{
    capture.begin_frame(frame_of(frame));
}

EventBatch &carrier(EventBatch &batch)
{
    return batch;
}

Carrier &carrier(Capture &capture)
{
    return capture.carrier();
}

// The other functions exist in both Capture and EventBatch.
template <class To>
class Feed {
public:
    Feed(To &to, std::function<void()> ask) : to_{to}, ask_{std::move(ask)} {}

    void begin(Side from)
    {
        tlsdiag_frame frame{};
        frame.number = ++frame_;
        frame.seconds = start / second;
        frame.nanoseconds = static_cast<std::int32_t>(frame_ * (second / 1000));
        frame.source = from == Side::client ? client_ : server_;
        frame.destination = from == Side::client ? server_ : client_;
        begin_frame(to_, frame);
    }

    // `lost`: number of bytes at the end that the capture did not keep.
    void segment(std::uint32_t stream, Side from, std::uint32_t sequence, const Octets &payload, std::size_t lost = 0)
    {
        using namespace bytes;
        const std::uint16_t ports[] = {40000, 443};
        begin(from);
        const Octets header = cat(u16(ports[from == Side::server]), u16(ports[from == Side::client]), u32(sequence),
                                  u32(0), u8(0x50), u8(flag::ack), u16(8192), u16(0), u16(0));
        to_.tcp(stream, header, payload, payload.size() + lost);
        ask_();
        to_.end_frame();
    }

    // The dissector finds TLS where the core does not.
    void shown(Side from, const Octets &record)
    {
        begin(from);
        const std::uint16_t ports[] = {40000, 443};
        using namespace bytes;
        const Octets header = cat(u16(ports[from == Side::server]), u16(ports[from == Side::client]), u32(1000), u32(0),
                                  u8(0x50), u8(flag::ack), u16(8192), u16(0), u16(0));
        to_.tcp(3, header, Octets(20), 20);
        carrier(to_).record(false, record);
        to_.end_frame();
    }

    void eap(Side from, const Octets &packet)
    {
        begin(from);
        to_.eap(std::nullopt, packet, packet.size());
        ask_();
        to_.end_frame();
    }

private:
    To &to_;
    std::function<void()> ask_; // before each frame ends
    std::uint32_t frame_ = 0;
    tlsdiag_address client_{4, {10, 0, 0, 1}}, server_{4, {10, 0, 0, 2}};
};

template <class To>
void some_of_each(
    To &to, std::function<void()> ask = [] {})
{
    Feed feed{to, std::move(ask)};
    feed.segment(0, Side::client, 1000, hello12());
    feed.segment(0, Side::server, 5000, answer12(), 100);
    feed.segment(7, Side::client, 1000, hello12());
    feed.segment(7, Side::server, 5000, alert_record(40));
    feed.eap(Side::server, bytes::from_hex("01 01 0006 0d 20"));
    feed.eap(Side::client,
             bytes::cat(bytes::from_hex("02 01"), bytes::u16(static_cast<std::uint16_t>(6 + hello12().size())),
                        bytes::from_hex("0d 00"), hello12()));
}

std::vector<std::string> judged(Capture &capture)
{
    std::vector<std::string> lines;
    for (std::uint32_t number = 0; number < capture.results().conversations(); ++number)
        lines.push_back(json_line(capture.results().summary(number)));
    return lines;
}

} // namespace

TEST_CASE("The backlog hands on what it was given: streams, what was cut short, none for EAP")
{
    Capture at_once{settings}, later{settings};
    some_of_each(at_once);
    EventBatch batch;
    some_of_each(batch);
    CHECK(later.results().conversations() == 0);
    batch.hand_to(later);
    CHECK(judged(later) == judged(at_once));
    REQUIRE(judged(later).size() == 3);
    CHECK(judged(later)[0].find("capture_incomplete") != std::string::npos);
    CHECK(judged(later)[2].find("\"stream\":null") != std::string::npos);
}

TEST_CASE("The backlog is full at 1 MB, and empty when it was handed on")
{
    EventBatch batch;
    Feed feed{batch, [] {}};
    std::size_t handed_in = 0;
    for (; !batch.full(); handed_in += 1000)
        feed.segment(0, Side::client, static_cast<std::uint32_t>(handed_in), Octets(1000));
    CHECK(handed_in > 512 * 1024);
    CHECK(handed_in <= 1024 * 1024);
    Capture capture{settings};
    batch.hand_to(capture);
    CHECK_FALSE(batch.full());
}

TEST_CASE("The backlog keeps of application data the header, and what follows is read as if it had kept all")
{
    const auto shown_to = [](auto &to) {
        Feed feed{to, [] {}};
        feed.shown(Side::client, hello12());
        feed.shown(Side::server, answer12());
        feed.shown(Side::client, bytes::record(23, 0x0303, Octets(3000, 0xaa)));
        feed.shown(Side::server, bytes::record(23, 0x0303, Octets{}));
        feed.shown(Side::client, alert_record(46));
    };
    Capture at_once{settings}, later{settings};
    shown_to(at_once);
    EventBatch batch;
    shown_to(batch);
    batch.hand_to(later);
    REQUIRE(judged(later).size() == 1);
    CHECK(judged(later) == judged(at_once));
    CHECK(judged(later)[0].find("certificate_unknown") != std::string::npos);
}

TEST_CASE("A question in the middle of a frame does not cost the frame's end")
{
    Capture at_once{settings}, later{settings};
    some_of_each(at_once);
    EventBatch batch;
    some_of_each(batch, [&] { batch.hand_to(later); });
    batch.hand_to(later);
    CHECK(judged(later) == judged(at_once));
}
