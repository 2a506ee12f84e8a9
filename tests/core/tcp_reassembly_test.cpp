// Tests TCP reassembly.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_reassembly.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace tlsdiag;

namespace {

// Feeds pieces of one text and records the output, with lost bytes as dots.
struct Listener {
    TcpReassembly stream;
    std::uint32_t base = 1000; // the sequence number of text[0]
    std::string text = "abcdefghijklmnopqrstuvwxyz";
    std::string heard;
    Delivery last;

    void take(const Delivery &delivery)
    {
        heard.append(static_cast<std::size_t>(std::min<std::uint64_t>(delivery.missing, 99)), '.');
        heard.append(delivery.bytes.begin(), delivery.bytes.end());
        last = delivery;
    }
    void say(std::size_t from, std::size_t to, std::size_t cut = 0)
    {
        const Octets bytes = bytes::text(std::string_view{text}.substr(from, to - from - cut));
        take(stream.segment(base + static_cast<std::uint32_t>(from), bytes, to - from));
    }
    void acknowledge(std::size_t to) { take(stream.acknowledged(base + static_cast<std::uint32_t>(to))); }
    void end()
    {
        while (stream.waiting())
            take(stream.give_up());
    }
};

} // namespace

TEST_CASE("segments in any order come out in order")
{
    struct Case {
        const char *what;
        std::vector<std::pair<std::size_t, std::size_t>> segments;
        const char *heard;
    };
    const Case cases[] = {
        {"in order", {{0, 5}, {5, 9}}, "abcdefghi"},
        {"two exchanged", {{0, 5}, {9, 12}, {5, 9}}, "abcdefghijkl"},
        {"backwards", {{0, 1}, {9, 12}, {5, 9}, {1, 5}}, "abcdefghijkl"},
        {"doubled", {{0, 5}, {0, 5}, {5, 9}, {5, 9}}, "abcdefghi"},
        {"doubled while it waits", {{0, 1}, {5, 9}, {5, 9}, {1, 5}}, "abcdefghi"},
        {"sent again with more", {{0, 5}, {0, 9}}, "abcdefghi"},
        {"overlapping behind", {{0, 5}, {3, 9}}, "abcdefghi"},
        {"overlapping both neighbours", {{0, 3}, {6, 9}, {2, 7}}, "abcdefghi"},
        {"covering a held one", {{0, 1}, {4, 6}, {2, 9}, {1, 2}}, "abcdefghi"},
        {"covering several held ones", {{0, 1}, {3, 4}, {6, 7}, {2, 9}, {1, 2}}, "abcdefghi"},
        {"inside a held one", {{0, 1}, {4, 9}, {5, 7}, {1, 4}}, "abcdefghi"},
        {"the gap filled in two halves", {{0, 1}, {5, 9}, {3, 5}, {1, 3}}, "abcdefghi"},
        {"a gap that stays", {{0, 5}, {9, 12}}, "abcde"},
    };
    for (const std::uint32_t base : {1000u, 0xfffffffdu, 0x7ffffffcu}) {
        for (const Case &each : cases) {
            INFO(each.what << " from " << base);
            Listener listener;
            listener.base = base;
            listener.stream.syn(base - 1);
            for (const auto &[from, to] : each.segments)
                listener.say(from, to);
            CHECK(listener.heard == each.heard);
        }
    }
}

TEST_CASE("the first data wins")
{
    Listener listener;
    listener.stream.syn(999);
    listener.say(2, 4);
    listener.text = "ABCDEFGH";
    listener.say(0, 6);
    CHECK(listener.heard == "ABcdEF");
    listener.text = "12345678";
    listener.say(0, 8);
    CHECK(listener.heard == "ABcdEF78");
}

TEST_CASE("what a segment was is told")
{
    Listener listener;
    listener.stream.syn(999);
    listener.say(0, 5);
    CHECK_FALSE(listener.last.retransmission);
    CHECK_FALSE(listener.last.out_of_order);
    listener.say(0, 5);
    CHECK(listener.last.retransmission);
    listener.say(4, 5); // a keep-alive probe
    CHECK(listener.last.retransmission);
    listener.say(7, 9);
    CHECK(listener.last.out_of_order);
    CHECK(listener.stream.waiting());
    listener.say(7, 9);
    CHECK(listener.last.retransmission);
    listener.say(3, 7);
    CHECK_FALSE(listener.last.retransmission);
    CHECK_FALSE(listener.stream.waiting());
    CHECK(listener.heard == "abcdefghi");
    CHECK(listener.stream.next() == 1009u);
}

TEST_CASE("a stream begins with a SYN, or where the capture does")
{
    Listener listener;
    SECTION("a SYN, and the first segment late")
    {
        listener.stream.syn(999);
        listener.say(5, 9);
        CHECK(listener.heard.empty());
        listener.say(0, 5);
        CHECK(listener.heard == "abcdefghi");
    }
    SECTION("no SYN")
    {
        CHECK_FALSE(listener.stream.started());
        listener.say(5, 9);
        CHECK(listener.heard == "fghi");
        CHECK_FALSE(listener.stream.saw_syn());
    }
    SECTION("an acknowledgement is no beginning")
    {
        listener.acknowledge(20);
        CHECK_FALSE(listener.stream.started());
        CHECK(listener.stream.segment(7, {}, 0).bytes.empty());
        CHECK_FALSE(listener.stream.started());
    }
    SECTION("no SYN, and a keep-alive probe first")
    {
        const Octets zero{0};
        CHECK(listener.stream.segment(999, zero, 1).bytes.empty());
        listener.say(0, 5);
        CHECK(listener.heard == "abcde");
    }
    SECTION("no SYN, and one byte of data first")
    {
        listener.say(0, 1);
        listener.say(1, 5);
        CHECK(listener.heard == "abcde");
    }
    SECTION("a SYN again")
    {
        listener.stream.syn(999);
        listener.say(0, 5);
        listener.stream.syn(999);
        listener.say(5, 9);
        CHECK(listener.heard == "abcdefghi");
    }
    SECTION("a SYN that was captured late")
    {
        listener.say(0, 5);
        listener.stream.syn(999);
        CHECK(listener.stream.saw_syn());
        listener.say(5, 9);
        CHECK(listener.heard == "abcdefghi");
    }
    SECTION("another SYN: the ports are used again")
    {
        listener.stream.syn(999);
        listener.say(0, 5);
        listener.stream.syn(5'000'000);
        listener.base = 5'000'001;
        listener.say(0, 5);
        CHECK(listener.heard == "abcdeabcde");
    }
    SECTION("data in the SYN, which has a number of its own")
    {
        listener.stream.syn(999);
        listener.base = 999;
        listener.say(0, 5);
        listener.say(0, 5);
        listener.base = 1000;
        listener.say(5, 9);
        CHECK(listener.heard == "abcdefghi");
    }
}

TEST_CASE("a gap that the peer has acknowledged is given up, but not at once")
{
    Listener listener;
    listener.stream.syn(999);
    listener.say(0, 3);
    listener.say(5, 8);
    SECTION("never, while it is not acknowledged")
    {
        for (unsigned i = 0; i < 10 * TcpReassembly::patience; ++i)
            listener.acknowledge(4);
        CHECK(listener.heard == "abc");
        CHECK(listener.stream.acknowledged_unseen() == 1);
    }
    SECTION("after some more packets")
    {
        for (unsigned i = 1; i < TcpReassembly::patience; ++i)
            listener.acknowledge(8);
        CHECK(listener.heard == "abc");
        CHECK(listener.stream.acknowledged_unseen() == 5);
        listener.acknowledge(8);
        CHECK(listener.heard == "abc..fgh");
        CHECK(listener.stream.acknowledged_unseen() == 0);
        listener.say(3, 5);
        CHECK(listener.last.retransmission);
        CHECK(listener.heard == "abc..fgh");
    }
    SECTION("it closes in time, and the next gap has its own patience")
    {
        for (unsigned i = 1; i < TcpReassembly::patience; ++i)
            listener.acknowledge(12);
        listener.say(3, 5);
        CHECK(listener.heard == "abcdefgh");
        listener.say(10, 12);
        listener.acknowledge(12);
        CHECK(listener.heard == "abcdefgh");
    }
    SECTION("the sender's own segments count as well")
    {
        listener.acknowledge(8);
        for (unsigned i = 1; i < TcpReassembly::patience; ++i)
            listener.say(7 + i, 8 + i);
        CHECK(listener.heard == "abc..fghijklmnopqrstuvw");
    }
    SECTION("at the end")
    {
        listener.say(9, 10);
        listener.end();
        CHECK(listener.heard == "abc..fgh.j");
        CHECK(listener.stream.give_up().bytes.empty());
    }
}

TEST_CASE("segments that the capture has cut short")
{
    Listener listener;
    listener.stream.syn(999);
    SECTION("in order")
    {
        listener.say(0, 5, 2);
        CHECK(listener.heard == "abc");
        listener.say(5, 9);
        CHECK(listener.heard == "abc..fghi");
    }
    SECTION("sent again, cut again")
    {
        listener.say(0, 5, 2);
        listener.say(0, 5, 2);
        CHECK(listener.last.retransmission);
    }
    SECTION("nothing of one is there")
    {
        listener.say(0, 5, 5);
        listener.say(5, 7, 2);
        listener.say(7, 9);
        CHECK(listener.heard == ".......hi");
    }
    SECTION("out of order: what follows comes with the next calls")
    {
        listener.say(5, 9, 1);
        listener.say(9, 12);
        listener.say(0, 5);
        CHECK(listener.heard == "abcdefgh");
        CHECK(listener.stream.waiting());
        listener.acknowledge(12);
        CHECK(listener.heard == "abcdefgh.jkl");
        CHECK_FALSE(listener.stream.waiting());
    }
    SECTION("more bytes than were on the wire are none of it")
    {
        const Octets padded = bytes::text("abcPADDING");
        listener.take(listener.stream.segment(1000, padded, 3));
        listener.say(3, 5);
        CHECK(listener.heard == "abcde");
    }
}

TEST_CASE("what is held is bounded")
{
    TcpReassembly stream;
    stream.syn(0);
    const Octets block(1000, 0x55);
    std::uint64_t delivered = 0;
    std::uint64_t missing = 0;
    const auto take = [&](const Delivery &delivery) {
        delivered += delivery.bytes.size();
        missing += delivery.missing;
    };
    SECTION("one gap")
    {
        std::uint32_t sequence = 2; // byte 1 never arrives
        for (int i = 0; i < 300; ++i, sequence += 1000)
            take(stream.segment(sequence, block, block.size()));
        CHECK(missing == 1);
        CHECK(delivered > 300'000 - TcpReassembly::max_held);
    }
    SECTION("a gap before each segment")
    {
        std::uint32_t sequence = 2;
        for (int i = 0; i < 10'000; ++i, sequence += 2)
            take(stream.segment(sequence, Bytes{block}.first(1), 1));
        CHECK(delivered == missing);
        CHECK(delivered >= 10'000 - 2 * TcpReassembly::max_held / ReassemblyBuffer::overhead);
    }
}

TEST_CASE("sequence numbers that are far off")
{
    Listener listener;
    listener.stream.syn(999);
    listener.say(0, 3);
    SECTION("the stream goes on far ahead")
    {
        listener.base += 3'000'000;
        listener.say(3, 6);
        CHECK(listener.heard == "abc");
        listener.say(6, 9);
        CHECK(listener.last.missing == 3'000'000);
        listener.say(9, 12);
        CHECK(listener.heard.ends_with(".defghijkl"));
    }
    SECTION("the peer acknowledges what is far ahead")
    {
        listener.base += 3'000'000;
        listener.say(3, 6);
        listener.acknowledge(7);
        CHECK(listener.heard == "abc");
        listener.acknowledge(6);
        CHECK(listener.heard.ends_with(".def"));
        CHECK(listener.stream.next() == listener.base + 6);
    }
    SECTION("garbage, once and again")
    {
        const std::uint32_t base = listener.base;
        listener.base = base + 500'000'000;
        listener.say(0, 3);
        listener.say(4, 6);
        listener.base = base;
        listener.say(3, 6);
        CHECK(listener.heard == "abcdef");
    }
    SECTION("the stream goes on far behind")
    {
        listener.base -= 1'500'000'000;
        listener.say(3, 6);
        listener.say(6, 9);
        CHECK(listener.last.missing >= unknown_loss);
        CHECK(listener.heard.ends_with("defghi"));
    }
    SECTION("far ahead when nothing is kept any more")
    {
        listener.stream.stop_keeping();
        listener.base += 3'000'000;
        listener.say(3, 6);
        listener.say(6, 9);
        CHECK(listener.last.missing == 3'000'003);
        CHECK(listener.heard.ends_with(".ghi"));
    }
    SECTION("far behind, but not too far: sent again")
    {
        listener.base -= 2'000'000;
        listener.say(3, 6);
        CHECK(listener.last.retransmission);
        listener.say(6, 9);
        CHECK(listener.heard == "abc");
    }
}

TEST_CASE("once nothing is kept, bytes pass through and gaps are not waited for")
{
    Listener listener;
    listener.stream.syn(999);
    listener.say(0, 3);
    listener.say(5, 6);
    listener.stream.stop_keeping();
    CHECK_FALSE(listener.stream.waiting());
    const Octets payload = bytes::text("defg");
    const Delivery delivery = listener.stream.segment(1003, payload, payload.size());
    CHECK(delivery.bytes.data() == payload.data());
    CHECK(delivery.missing == 0);
    listener.heard = "";
    listener.say(9, 12);
    CHECK(listener.heard == "..jkl");
    listener.say(7, 9);
    CHECK(listener.last.retransmission);
}
