// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/records.hpp"
#include "core/stream.hpp"

#include "bytes.hpp"
#include "catch.hpp"
#include "events.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace tlsdiag;
using namespace tlsdiag::bytes;

using Words = std::vector<std::string>;

namespace {

struct Listener {
    RecordReader reader;

    Words hear(const Octets &octets, std::uint64_t missing = 0)
    {
        std::vector<RecordEvent> events;
        reader.feed(octets, missing, events);
        return describe(events);
    }
};

Octets tls(std::uint8_t type, const Octets &body)
{
    return record(type, 0x0303, body);
}

Octets first(std::size_t size, const Octets &octets)
{
    return {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)};
}

Octets after(std::size_t size, const Octets &octets)
{
    return {octets.begin() + static_cast<std::ptrdiff_t>(size), octets.end()};
}

// One message in records of `size` bytes each.
Octets in_records(const Octets &message, std::size_t size)
{
    Octets out;
    for (std::size_t from = 0; from < message.size(); from += size)
        out = cat(out, tls(22, after(from, first(std::min(from + size, message.size()), message))));
    return out;
}

const Octets change_cipher_spec = tls(20, {1});

// Of plausible lengths: 25 bytes in cipher specs, no session id, a challenge of 16 bytes.
const Octets sslv2_hello = from_hex("802e 01 0301 0015 0000 0010"
                                    "010080 020080 000004 000005 00000a 000009 000064"
                                    "00112233445566778899aabbccddeeff");

} // namespace

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
        CHECK(Listener{}.hear(each.octets) == each.events);

        Listener bytewise;
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
    std::vector<RecordEvent> events;
    reader.feed(tls(22, handshake(11, {7, 8, 9})), 0, events);
    REQUIRE(events.size() == 2);
    CHECK(std::get<HandshakeBytes>(events[1]).body == Octets{7, 8, 9});
    events.clear();

    RecordReader old;
    old.feed(sslv2_hello, 0, events);
    REQUIRE(events.size() == 1);
    CHECK(std::get<HandshakeBytes>(events[0]).body == after(2, sslv2_hello));
}

TEST_CASE("TLS 1.3: ChangeCipherSpec means nothing, and alerts may still be in clear")
{
    Listener listener;
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
        Listener listener;
        CHECK(listener.hear(cat(change_cipher_spec, tls(22, each.body))).back() == each.event);
        CHECK_FALSE(listener.reader.mid_message());
    }
}

TEST_CASE("what a reader is told to be encrypted is")
{
    Listener listener;
    listener.reader.encrypted_from_now();
    CHECK(listener.hear(tls(22, handshake(11, filled(41)))) == Words{"record 22 45 encrypted"});
}

TEST_CASE("a message that is not complete is announced")
{
    Listener listener;
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
    Listener listener;
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
        Listener listener;
        CHECK(listener.hear(each.octets) == each.events);
    }
}

TEST_CASE("what is not TLS is told once, and a later segment may be TLS")
{
    Listener listener;
    CHECK(listener.hear(text("PROXY TCP4 ")) == Words{"not tls 11"});
    CHECK_FALSE(listener.reader.in_sync());
    CHECK(listener.hear(text("and so on\r\n")).empty());
    CHECK(listener.hear(tls(22, handshake(14, {}))) == Words{"record 22 4", "message 14 0"});
    CHECK(listener.hear(text("x")).empty());
}

TEST_CASE("a loss inside a record leaves its end known")
{
    struct Case {
        const char *what;
        Octets before;
        std::uint64_t missing;
        Octets rest;
        Words events;
    };
    const Octets certificate = handshake(11, filled(1000));
    const Octets done = handshake(14, {});
    const Octets flight = cat(certificate, done);
    const Octets encrypted = tls(23, filled(1000));
    const Octets alerted = tls(21, alert(2, 40));
    const Case cases[] = {
        {"in application data",
         first(100, encrypted),
         300,
         cat(after(400, encrypted), alerted),
         {"record 23 1000 encrypted", "record 21 2", "alert 2 40"}},
        {"up to the end of application data",
         first(100, encrypted),
         905,
         alerted,
         {"record 23 1000 encrypted", "record 21 2", "alert 2 40"}},
        {"in a message: the next one in the record is found",
         first(100, tls(22, flight)),
         300,
         after(400, tls(22, flight)),
         {"record 22 1008", "missing 300 of message 11 (1000)", "message 14 0"}},
        {"up to the end of a message",
         first(100, tls(22, flight)),
         909,
         after(1009, tls(22, flight)),
         {"record 22 1008", "missing 909 of message 11 (1000)", "message 14 0"}},
        {"over the end of a message: the next record is found",
         first(100, tls(22, flight)),
         911,
         cat(after(1011, tls(22, flight)), tls(22, done)),
         {"record 22 1008", "missing 911 of message 11 (1000)", "record 22 4", "message 14 0"}},
        {"over the message's header",
         first(7, tls(22, flight)),
         300,
         cat(after(307, tls(22, flight)), tls(22, done)),
         {"missing 300", "record 22 1008", "record 22 4", "message 14 0"}},
        {"in a message over several records",
         first(100, in_records(certificate, 600)),
         300,
         cat(after(400, in_records(certificate, 600)), tls(22, done)),
         {"record 22 600", "missing 300 of message 11 (1000)", "record 22 404", "record 22 4", "message 14 0"}},
        {"in an alert",
         first(6, alerted),
         1,
         tls(22, done),
         {"missing 1", "record 21 2", "record 22 4", "message 14 0"}},
        {"a ChangeCipherSpec's only byte",
         first(5, change_cipher_spec),
         1,
         tls(22, done),
         {"missing 1", "record 20 1", "record 22 4 encrypted"}},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        Listener listener;
        Words heard = listener.hear(each.before);
        const Words rest = listener.hear(each.rest, each.missing);
        heard.insert(heard.end(), rest.begin(), rest.end());
        CHECK(heard == each.events);
        CHECK(listener.reader.in_sync());
    }
}

TEST_CASE("after a loss between records, a segment that begins like a record is where reading goes on")
{
    Listener listener;
    const Octets done = tls(22, handshake(14, {}));
    listener.hear(first(300, tls(22, handshake(11, filled(1000)))));
    SECTION("over the end of a record")
    {
        const Words lost{"missing 709 of message 11 (1000)", "record 22 1004"};
        CHECK(listener.hear(text("in the middle"), 719) == Words{"missing 709 of message 11 (1000)", "missing 10"});
        CHECK_FALSE(listener.reader.in_sync());
        CHECK(listener.hear(text("still")).empty());
        CHECK(listener.hear(cat(text("x"), done)).empty());
        CHECK(listener.hear(first(4, done)).empty());
        CHECK(listener.hear(done) == Words{"record 22 4", "message 14 0"});
        CHECK(listener.reader.in_sync());
    }
    SECTION("at once")
    {
        CHECK(listener.hear(done, 719).back() == "message 14 0");
    }
    SECTION("of unknown size")
    {
        const Words words = listener.hear(done, unknown_loss);
        CHECK(words[1] == "missing 0");
        CHECK(words.back() == "message 14 0");
    }
    SECTION("a second loss before that is no news")
    {
        listener.hear({}, 2000);
        CHECK(listener.hear({}, 1).empty());
    }
}

TEST_CASE("reading goes on only where no doubt is")
{
    struct Case {
        const char *what;
        Octets octets;
        bool found;
    };
    const Octets record_of_3 = tls(23, filled(3));
    const Case cases[] = {
        {"a record", record_of_3, true},
        {"two records", cat(record_of_3, record_of_3), true},
        {"its beginning", first(6, record_of_3), true},
        {"only its header", first(5, record_of_3), true},
        {"less than a header", first(4, record_of_3), false},
        {"a record, and what is none", cat(record_of_3, text("x")), false},
        {"an empty one", tls(23, {}), false},
        {"version 3.5", record(23, 0x0305, filled(3)), false},
        {"a ChangeCipherSpec of 2 bytes", tls(20, {1, 1}), false},
        {"an alert of 1 byte", tls(21, {2}), false},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        Listener listener;
        CHECK(listener.hear(each.octets, unknown_loss).front() == "missing 0");
        CHECK(listener.reader.in_sync() == each.found);
    }
}

TEST_CASE("a capture that begins after the keys were changed")
{
    struct Case {
        const char *what;
        Octets body;
        Words events;
    };
    const Octets finished =
        from_hex("8c2f9d11 02030405 06070809 0a0b0c0d 0e0f1011 12131415 16171819 1a1b1c1d 1e1f2021 22232425");
    const Case cases[] = {
        {"an encrypted Finished", finished, {"missing 0", "record 22 40 encrypted"}},
        {"a known type by chance", cat(Octets{11, 0xa0}, after(2, finished)), {"missing 0", "record 22 40 encrypted"}},
        {"a Certificate in small records", first(40, handshake(11, filled(3000))), {"missing 0", "record 22 40"}},
        {"a CertificateRequest over 65,536 bytes",
         first(16'384, handshake(13, filled(70'000))),
         {"missing 0", "record 22 16384"}},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        CHECK(Listener{}.hear(tls(22, each.body), unknown_loss) == each.events);
    }
}

TEST_CASE("a reader that skims follows the records and keeps nothing")
{
    Listener listener;
    listener.hear(first(30, tls(22, handshake(11, filled(100)))));
    listener.reader.skim();
    CHECK_FALSE(listener.reader.mid_message());
    CHECK(listener.hear(after(30, tls(22, handshake(11, filled(100))))).empty());
    CHECK(listener.hear(tls(22, handshake(14, {}))) == Words{"record 22 4"});
    CHECK(listener.hear(tls(23, filled(10))) == Words{"record 23 10 encrypted"});
    CHECK(listener.hear(tls(21, alert(1, 0))) == Words{"record 21 2", "alert 1 0"});
    CHECK(listener.hear(first(8, tls(23, filled(10)))).empty());
    CHECK(listener.hear({}, 7) == Words{"record 23 10 encrypted"});
}

TEST_CASE("what the beginning of a connection looks like")
{
    const Octets hello = record(22, 0x0301, client_hello());
    CHECK(RecordReader::looks_like_record({}));
    CHECK(RecordReader::looks_like_record(first(1, hello)));
    CHECK(RecordReader::looks_like_record(hello));
    CHECK_FALSE(RecordReader::looks_like_record(text("GET ")));

    CHECK(RecordReader::looks_like_client_hello(hello));
    CHECK(RecordReader::looks_like_client_hello(first(6, hello)));
    CHECK(RecordReader::looks_like_client_hello(cat(tls(22, {1}), tls(22, after(6, hello)))));
    CHECK_FALSE(RecordReader::looks_like_client_hello(first(5, hello)));
    CHECK_FALSE(RecordReader::looks_like_client_hello(cat(tls(22, {}), Octets{1})));
    CHECK_FALSE(RecordReader::looks_like_client_hello(tls(22, handshake(2, filled(41)))));
    CHECK_FALSE(RecordReader::looks_like_client_hello(tls(23, handshake(1, filled(41)))));
    CHECK_FALSE(RecordReader::looks_like_client_hello(tls(22, {1, 1, 0, 0})));
    CHECK_FALSE(RecordReader::looks_like_client_hello(tls(22, {1, 0, 0, 41, 2, 3})));

    CHECK(RecordReader::looks_like_sslv2_hello(sslv2_hello));
    CHECK(RecordReader::looks_like_sslv2_hello(first(11, sslv2_hello)));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(first(10, sslv2_hello)));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(hello));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(from_hex("802e 01 0401 0015 0000 0010")));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(from_hex("802d 01 0301 0014 0000 0010")));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(from_hex("801d 01 0301 0015 0000 000f")));
}
