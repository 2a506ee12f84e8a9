// What is kept is bounded: open conversations give way to later ones, and say so when they go on.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "catch.hpp"
#include "wire.hpp"

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

// Many TCP streams from as many clients; each frame is a millisecond after the last.
class Crowd {
public:
    Capture capture{Settings{.trust_store = "none", .size_table = ""}};

    void segment(std::uint32_t stream, Side from, std::uint8_t flags, const Octets &payload, std::uint32_t sequence)
    {
        Frame frame;
        frame.moment = {++frame_, start + frame_ * (second / 1000)};
        Endpoint client, server;
        client.address_length = server.address_length = 4;
        client.address = {10, 1, static_cast<std::uint8_t>(stream >> 16), 1};
        server.address = {10, 0, 0, 2};
        client.port = static_cast<std::uint16_t>(stream);
        server.port = 443;
        frame.source = from == Side::client ? client : server;
        frame.destination = from == Side::client ? server : client;
        using namespace bytes;
        const Octets header = cat(u16(frame.source.port), u16(frame.destination.port), u32(sequence), u32(0), u8(0x50),
                                  u8(flags), u16(8192), u16(0), u16(0));
        capture.begin_frame(frame);
        capture.tcp(stream, header, payload, payload.size());
        capture.end_frame();
    }

    std::uint32_t frame() const { return frame_; }

private:
    std::uint32_t frame_ = 0;
};

} // namespace

TEST_CASE("Past the bound the conversations that were silent for longest give way", "[bounds]")
{
    Crowd crowd;
    const Octets hello = hello12();
    const auto crowd_size = static_cast<std::uint32_t>(Capture::max_open + 10);
    for (std::uint32_t stream = 0; stream < crowd_size; ++stream)
        crowd.segment(stream, Side::client, flag::ack, hello, 1000);
    REQUIRE(crowd.capture.conversations() == crowd_size);

    const Summary before = crowd.capture.summary(0);
    CHECK(before.verdict.outcome != Outcome::completed);
    CHECK(crowd.capture.summary(crowd_size - 1).verdict.outcome != Outcome::completed);

    crowd.segment(0, Side::client, flag::ack, {}, 1000); // keeps it alive, and says nothing
    CHECK(crowd.capture.summary(0).verdict.sentence == before.verdict.sentence);

    crowd.segment(0, Side::server, flag::ack, answer12(), 9000);
    const Summary late = crowd.capture.summary(0);
    CHECK(late.verdict.outcome == Outcome::unseen);
    CHECK(late.verdict.sentence.find("More than 16,384 conversations were open at once") == 0);
    CHECK(late.verdict.at.frame == crowd.frame());
    CHECK(crowd.capture.shows(crowd.frame()) == TLSDIAG_SHOWS_FACTS);
    for (const Finding &finding : late.findings)
        CHECK_FALSE(finding.diagnosis->at_end);
}

TEST_CASE("A stream without TLS that was forgotten is looked at anew", "[bounds]")
{
    Crowd crowd;
    const Octets words{'h', 'e', 'l', 'l', 'o', '\n'};
    const auto crowd_size = static_cast<std::uint32_t>(Capture::max_plain + 10);
    for (std::uint32_t stream = 0; stream < crowd_size; ++stream)
        crowd.segment(stream, Side::client, flag::ack, words, 1000);
    crowd.segment(0, Side::client, flag::ack, hello12(), 1006);
    CHECK(crowd.capture.conversations() == 1);
}
