// Tests the record reader: records, messages and alerts in a byte stream.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/records.hpp"

#include "support/catch.hpp"
#include "support/record_listener.hpp"

using namespace tlsdiag;
using namespace tlsdiag::bytes;

TEST_CASE("records give their messages, however they are cut")
{
    struct Case {
        const char *what;
        Octets octets;
        Words events;
    };
    const Octets one = handshake(1, filled(41));
    const Octets two = handshake(14, {});
    const Octets long_message = handshake(13, filled(70'000));
    const Case cases[] = {
        {"one message", tls(22, one), {"record 22 45", "message 1 41"}},
        {"two in a record", tls(22, cat(one, two)), {"record 22 49", "message 1 41", "message 14 0"}},
        {"over two records",
         cat(tls(22, first(20, one)), tls(22, after(20, one))),
         {"record 22 20", "record 22 25", "message 1 41 fragmented"}},
        {"one ends, the next begins",
         cat(tls(22, first(20, one)), tls(22, cat(after(20, one), two))),
         {"record 22 20", "record 22 29", "message 1 41 fragmented", "message 14 0"}},
        {"the header over two records",
         cat(tls(22, first(3, one)), tls(22, after(3, one))),
         {"record 22 3", "record 22 42", "message 1 41 fragmented"}},
        {"over 65,536 bytes",
         in_records(long_message, 16'384),
         {"record 22 16384", "record 22 16384", "record 22 16384", "record 22 16384", "record 22 4468",
          "message 13 70000 fragmented"}},
        {"an unknown type, but all of it there", tls(22, handshake(99, {1, 2, 3})), {"record 22 7", "message 99 3"}},
        {"empty records",
         cat(tls(22, {}), tls(22, two), tls(23, {})),
         {"record 22 0", "record 22 4", "message 14 0", "record 23 0 encrypted"}},
        {"an alert", tls(21, alert(2, 40)), {"record 21 2", "alert 2 40"}},
        {"an alert of no such length", tls(21, filled(26)), {"record 21 26 encrypted"}},
        {"an alert between the fragments of a message",
         cat(tls(22, first(20, one)), tls(21, alert(1, 112)), tls(22, after(20, one))),
         {"record 22 20", "record 21 2", "alert 1 112", "record 22 25", "message 1 41 fragmented"}},
        {"a heartbeat", tls(24, filled(30)), {"record 24 30 encrypted"}},
        {"after ChangeCipherSpec",
         cat(change_cipher_spec, tls(22, filled(40)), tls(21, filled(26)), tls(23, filled(99))),
         {"record 20 1", "record 22 40 encrypted", "record 21 26 encrypted", "record 23 99 encrypted"}},
        {"SSLv2's format, then TLS",
         cat(sslv2_hello, tls(22, two)),
         {"message 1 46 sslv2", "record 22 4", "message 14 0"}},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        CHECK(RecordListener{}.hear(each.octets) == each.events);

        RecordListener bytewise;
        Words heard;
        for (const std::uint8_t byte : each.octets) {
            const Words words = bytewise.hear({byte});
            heard.insert(heard.end(), words.begin(), words.end());
        }
        CHECK(heard == each.events);
    }
}

TEST_CASE("the bytes of a message are its body")
{
    RecordReader reader;
    Heard heard;
    reader.feed(tls(22, handshake(11, {7, 8, 9})), 0, std::ref(heard));
    REQUIRE(heard.events.size() == 2);
    CHECK(heard.bodies.at(0) == Octets{7, 8, 9});

    RecordReader old;
    old.feed(sslv2_hello, 0, std::ref(heard));
    REQUIRE(heard.events.size() == 3);
    CHECK(heard.bodies.at(1) == after(2, sslv2_hello));
}

TEST_CASE("TLS 1.3: ChangeCipherSpec means nothing, and alerts may still be in clear")
{
    RecordListener listener;
    SECTION("known before")
    {
        listener.reader.tls13();
        CHECK(listener.hear(change_cipher_spec) == Words{"record 20 1"});
    }
    SECTION("a client's ChangeCipherSpec, seen before the ServerHello")
    {
        CHECK(listener.hear(change_cipher_spec) == Words{"record 20 1"});
        CHECK(listener.reader.encrypted());
        listener.reader.tls13();
    }
    CHECK_FALSE(listener.reader.encrypted());
    CHECK(listener.hear(tls(22, handshake(1, filled(41)))) == Words{"record 22 45", "message 1 41"});
    CHECK(listener.hear(tls(23, filled(53))) == Words{"record 23 53 encrypted"});
    CHECK(listener.reader.encrypted());
    CHECK(listener.hear(tls(21, alert(2, 48))) == Words{"record 21 2", "alert 2 48"});
    CHECK(listener.hear(tls(22, handshake(1, filled(41)))) == Words{"record 22 45", "message 1 41"});
}

TEST_CASE("a hello in clear after ChangeCipherSpec is one: it follows a HelloRetryRequest")
{
    struct Case {
        const char *what;
        Octets body;
        const char *event;
    };
    const Case cases[] = {
        {"a ClientHello", handshake(1, filled(41)), "message 1 41"},
        {"a ServerHello", handshake(2, filled(41)), "message 2 41"},
        {"longer than the record", first(45, handshake(1, filled(42))), "record 22 45 encrypted"},
        {"shorter", cat(handshake(1, filled(40)), Octets{0}), "record 22 45 encrypted"},
        {"another message", handshake(11, filled(41)), "record 22 45 encrypted"},
        {"less than a header", {1, 0, 0}, "record 22 3 encrypted"},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        RecordListener listener;
        CHECK(listener.hear(cat(change_cipher_spec, tls(22, each.body))).back() == each.event);
        CHECK_FALSE(listener.reader.mid_message());
    }
}

TEST_CASE("what a reader is told to be encrypted is")
{
    RecordListener listener;
    listener.reader.encrypted_from_now();
    CHECK(listener.hear(tls(22, handshake(11, filled(41)))) == Words{"record 22 45 encrypted"});
}

TEST_CASE("a message that is not complete is announced")
{
    RecordListener listener;
    CHECK_FALSE(listener.reader.mid_message());
    const Octets message = handshake(13, filled(3000));
    listener.hear(tls(22, first(2, message)));
    CHECK(listener.reader.mid_message());
    CHECK(listener.reader.message_type() == 13);
    CHECK(listener.reader.message_announced() == 0);
    listener.hear(tls(22, after(2, first(100, message))));
    CHECK(listener.reader.message_announced() == 3000);
    listener.hear(tls(22, after(100, message)));
    CHECK_FALSE(listener.reader.mid_message());
    CHECK(listener.reader.message_announced() == 0);
}

TEST_CASE("a message that is too long is passed over")
{
    RecordListener listener;
    const auto size = static_cast<std::uint32_t>(RecordReader::max_message_size);
    SECTION("just not")
    {
        const Words words = listener.hear(in_records(handshake(13, filled(size)), 16'384));
        CHECK(words.back() == "message 13 1048576 fragmented");
    }
    SECTION("by a byte")
    {
        const Words words =
            listener.hear(cat(in_records(handshake(13, filled(size + 1)), 16'384), tls(22, handshake(14, {}))));
        CHECK(words[1] == "too long 13 1048577");
        CHECK(words.back() == "message 14 0");
        CHECK(words[words.size() - 2] == "record 22 4");
    }
}

TEST_CASE("bytes that are no record")
{
    struct Case {
        const char *what;
        Octets octets;
        Words events;
    };
    const Octets hello = tls(22, handshake(1, filled(41)));
    const Case cases[] = {
        {"HTTP", text("HTTP/1.1 400 Bad Request\r\n"), {"not tls 26"}},
        {"much of it", filled(1000, 'x'), {"not tls 64"}},
        {"an unknown type", from_hex("19 0303 0002 0000"), {"not tls 7"}},
        {"the type below", from_hex("13 0303 0002 0000"), {"not tls 7"}},
        {"version 2.x", from_hex("16 0200 0002 0000"), {"not tls 7"}},
        {"version 3.5", from_hex("16 0305 0002 0000"), {"not tls 7"}},
        {"too long by a byte", from_hex("17 0303 4801"), {"not tls 5"}},
        {"as long as can be", from_hex("17 0303 4800"), {}},
        {"incomplete", from_hex("16 0303"), {}},
        {"a record, then none", cat(hello, text("x")), {"record 22 45", "message 1 41", "not tls 1"}},
        {"SSLv2 with lengths that do not fit", cat(from_hex("802f"), after(2, sslv2_hello)), {"not tls 48"}},
        {"SSLv2 of another type", from_hex("802e 02 0301"), {"not tls 5"}},
        {"SSLv2 that is not first", cat(hello, sslv2_hello), {"record 22 45", "message 1 41", "not tls 48"}},
        {"the rest of an SSLv2 connection", cat(sslv2_hello, from_hex("8003 020000")), {"message 1 46 sslv2"}},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        RecordListener listener;
        CHECK(listener.hear(each.octets) == each.events);
    }
}

TEST_CASE("what is not TLS is told once, and a later segment may be TLS")
{
    RecordListener listener;
    CHECK(listener.hear(text("PROXY TCP4 ")) == Words{"not tls 11"});
    CHECK_FALSE(listener.reader.in_sync());
    CHECK(listener.hear(text("and so on\r\n")).empty());
    CHECK(listener.hear(tls(22, handshake(14, {}))) == Words{"record 22 4", "message 14 0"});
    CHECK(listener.hear(text("x")).empty());
}

TEST_CASE("records: a heartbeat in clear that asks for more than its record holds", "[records]")
{
    const Octets probe = cat(u8(1), u16(0x4000));
    CHECK(RecordListener{}.hear(tls(24, probe)).back() == "heartbeat asks for 16384 in 3");
    const Octets split = tls(24, probe);
    RecordListener slow;
    slow.hear(first(6, split));
    CHECK(slow.hear(after(6, split)).back() == "heartbeat asks for 16384 in 3");
    for (const Octets &harmless : {cat(u8(1), u16(4), filled(20)), cat(u8(2), u16(0x4000)), u8(1), Octets{}}) {
        const Words words = RecordListener{}.hear(tls(24, harmless));
        CHECK(
            std::none_of(words.begin(), words.end(), [](const std::string &one) { return one.starts_with("heart"); }));
    }
    RecordListener encrypted;
    encrypted.hear(change_cipher_spec);
    CHECK(encrypted.hear(tls(24, probe)).size() == 1);
}
