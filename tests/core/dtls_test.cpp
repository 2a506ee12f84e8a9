// Tests how DTLS records and fragments are read and reassembled.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/dtls.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/events.hpp"

#include <cstdint>
#include <string>
#include <vector>

using namespace tlsdiag;
using namespace tlsdiag::bytes;

using Words = std::vector<std::string>;

namespace {

constexpr Version dtls12 = 0xfefd;

struct Listener {
    DtlsReader reader;
    bool again = false; // the last datagram was a retransmission

    Words hear(const Octets &payload, std::size_t cut = 0)
    {
        Heard heard;
        again = reader.datagram(payload, payload.size() + cut, std::ref(heard));
        return describe(heard.events);
    }
    Words give_up()
    {
        Heard heard;
        reader.give_up(std::ref(heard));
        return describe(heard.events);
    }
};

// Bytes `from` to `to` of a message body, as a fragment in its own record.
Octets fragment(std::uint8_t type, std::uint16_t message_seq, const Octets &body, std::size_t from, std::size_t to)
{
    const Octets part{body.begin() + static_cast<std::ptrdiff_t>(from), body.begin() + static_cast<std::ptrdiff_t>(to)};
    const Octets header = cat(u8(type), u24(body.size()), u16(message_seq), u24(from), u24(to - from));
    return dtls_record(22, dtls12, 0, message_seq, cat(header, part));
}

Octets whole(std::uint8_t type, std::uint16_t message_seq, const Octets &body)
{
    return fragment(type, message_seq, body, 0, body.size());
}

Octets counting(std::size_t size)
{
    Octets octets(size);
    for (std::size_t i = 0; i < size; ++i)
        octets[i] = static_cast<std::uint8_t>(i);
    return octets;
}

const Octets change_cipher_spec = dtls_record(20, dtls12, 0, 9, {1});
const Octets encrypted_finished = dtls_record(22, dtls12, 1, 0, filled(48));

} // namespace

TEST_CASE("datagrams give their records")
{
    struct Case {
        const char *what;
        Octets payload;
        Words events;
    };
    const Octets hello = filled(41);
    const Octets two = cat(dtls_handshake(2, 0, hello), dtls_handshake(14, 1, {}));
    const Case cases[] = {
        {"a message", whole(1, 0, hello), {"record 22 53", "message 1 41"}},
        {"two messages in a record",
         dtls_record(22, dtls12, 0, 0, two),
         {"record 22 65", "message 2 41", "message 14 0"}},
        {"two records",
         cat(whole(2, 0, hello), whole(14, 1, {})),
         {"record 22 53", "message 2 41", "record 22 12", "message 14 0"}},
        {"DTLS 1.0", dtls_record(22, 0xfeff, 0, 0, dtls_handshake(1, 0, hello)), {"record 22 53", "message 1 41"}},
        {"OpenSSL's old version",
         dtls_record(22, 0x0100, 0, 0, dtls_handshake(1, 0, hello)),
         {"record 22 53", "message 1 41"}},
        {"TLS's version", dtls_record(22, 0x0303, 0, 0, dtls_handshake(1, 0, hello)), {}},
        {"an alert", dtls_record(21, dtls12, 0, 5, alert(2, 40)), {"record 21 2", "alert 2 40"}},
        {"an encrypted alert", dtls_record(21, dtls12, 1, 5, filled(26)), {"record 21 26 encrypted"}},
        {"an encrypted one of 2 bytes", dtls_record(21, dtls12, 1, 5, alert(2, 40)), {"record 21 2 encrypted"}},
        {"ChangeCipherSpec and Finished",
         cat(change_cipher_spec, encrypted_finished),
         {"record 20 1", "record 22 48 encrypted"}},
        {"application data", dtls_record(23, dtls12, 1, 5, filled(99)), {"record 23 99 encrypted"}},
        {"a connection id (RFC 9146)", dtls_record(25, dtls12, 1, 5, filled(30)), {"record 23 32 encrypted"}},
        {"DTLS 1.3 with a length", cat(from_hex("2e 0001 0014"), filled(20)), {"record 23 20 encrypted"}},
        {"DTLS 1.3 with a length, short sequence number",
         cat(from_hex("26 01 0014"), filled(20), from_hex("26 02 0003"), filled(3)),
         {"record 23 20 encrypted", "record 23 3 encrypted"}},
        {"DTLS 1.3 without a length", cat(from_hex("2a 0001"), filled(20)), {"record 23 20 encrypted"}},
        {"DTLS 1.3 with a connection id of unknown length",
         cat(from_hex("3e 01020304 0001 0014"), filled(20)),
         {"record 23 28 encrypted"}},
        {"a record with a connection id whose length only fits this one (RFC 9146)",
         cat(from_hex("19 fefd 0001 000000000001 0102030405060708 0014"), filled(20, 0x5a)),
         {"record 23 20 encrypted"}},
        {"STUN", cat(from_hex("0001 0000 2112a442"), filled(12)), {}},
        {"RTP", cat(from_hex("8060"), filled(40)), {}},
        {"plain text", text("HTTP/1.1 400"), {}},
        {"nothing", {}, {}},
        {"a record that claims more than there is",
         cat(from_hex("16 fefd 0000 000000000000 0036"), dtls_handshake(1, 0, hello)),
         {}},
        {"a fragment that claims more than its message",
         dtls_record(22, dtls12, 0, 0, from_hex("01 000004 0000 000002 000003 010203")),
         {"record 22 15"}},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        Listener listener;
        CHECK(listener.hear(each.payload) == each.events);
        CHECK_FALSE(listener.again);
    }
}

TEST_CASE("records with connection ids: the hello told their length")
{
    const auto with_id = [](std::uint16_t epoch, const Octets &body) {
        return cat(u8(25), u16(dtls12), u16(epoch), from_hex("000000000003 01020304"), u16(body.size()), body);
    };
    Listener listener;
    listener.reader.connection_id(4);
    const Octets data = with_id(1, filled(80, 0x5a));
    CHECK(listener.hear(cat(change_cipher_spec, with_id(1, filled(49, 0x5a)))) ==
          Words{"record 20 1", "record 22 49 encrypted"}); // its type is hidden, but the Finished is due
    CHECK(listener.hear(cat(data, data)) == Words{"record 23 80 encrypted", "record 23 80 encrypted"});
    CHECK(listener.hear(with_id(0, cat(alert(2, 41), u8(21)))) == Words{"record 21 2", "alert 2 41"});
    CHECK(listener.hear(with_id(0, cat(alert(2, 41), u8(21), filled(9)))) == Words{"record 21 2", "alert 2 41"});
    CHECK(listener.hear(with_id(0, filled(9))).empty()); // padding and no type
    CHECK(listener.hear(with_id(1, cat(alert(2, 41), u8(21)))) == Words{"record 23 3 encrypted"});
    CHECK(listener.hear(from_hex("19 fefd 0001 000000000003 0102")).empty());

    Listener dtls13;
    dtls13.reader.connection_id(4);
    CHECK(dtls13.hear(cat(from_hex("3e 01020304 0001 0014"), filled(20), from_hex("3f 01020304 0002 0003"),
                          filled(3))) == Words{"record 23 20 encrypted", "record 23 3 encrypted"});
    CHECK(dtls13.hear(from_hex("3e 010203")).empty());
}

TEST_CASE("what begins a DTLS conversation")
{
    const auto looks = [](const Octets &payload, std::size_t cut = 0) {
        return DtlsReader::looks_like_record(payload, payload.size() + cut);
    };
    CHECK(looks(whole(1, 0, filled(41))));
    CHECK(looks(dtls_record(23, dtls12, 1, 5, filled(99))));
    CHECK(looks(dtls_record(25, dtls12, 1, 5, filled(99, 0x5a))));
    CHECK(looks(from_hex("16 fefd 0000 000000000000 0036 0102"), 52));
    CHECK_FALSE(looks(from_hex("16 fefd 0000 000000000000 0036 0102")));
    CHECK_FALSE(looks(dtls_record(23, dtls12, 1, 5, {})));
    CHECK_FALSE(looks(cat(from_hex("2e 0001 0014"), filled(20))));              // DTLS 1.3, in which nothing is known
    CHECK_FALSE(looks(from_hex("5002b7e5 3d013130 2e3230372e3235352e323535"))); // CoAP
    CHECK_FALSE(looks({}));
}

TEST_CASE("what hellos say about the path")
{
    const auto client = [](const Octets &cookie, const Octets &extensions) {
        return cat(u16(dtls12), filled(32), u8(0), vector8(cookie), vector16(from_hex("c02b")), vector8({0}),
                   vector16(extensions));
    };
    const DtlsPathInfo none = read_path_info(HandshakeType::client_hello, client({}, {}));
    CHECK_FALSE(none.connection_id);
    CHECK(none.cookie.empty());
    const Octets id = extension(54, from_hex("08 0102030405060708")), empty_id = extension(54, u8(0));
    const DtlsPathInfo both = read_path_info(HandshakeType::client_hello, client(from_hex("0102"), id));
    CHECK(both.connection_id == 8u);
    CHECK(both.cookie == from_hex("0102"));
    CHECK(read_path_info(HandshakeType::client_hello, client({}, empty_id)).connection_id == 0u);
    const Octets cookie13 = extension(44, vector16(from_hex("aabb")));
    CHECK(read_path_info(HandshakeType::client_hello, client({}, cookie13)).cookie == from_hex("aabb"));
    const Octets server = cat(u16(dtls12), filled(32), u8(0), u16(0x1301), u8(0), vector16(cat(id, cookie13)));
    CHECK(read_path_info(HandshakeType::server_hello, server).connection_id == 8u);
    CHECK(read_path_info(HandshakeType::server_hello, server).cookie == from_hex("aabb"));
    CHECK(read_path_info(HandshakeType::hello_verify_request, cat(u16(dtls12), vector8(from_hex("0a")))).cookie ==
          from_hex("0a"));
    for (std::size_t size = 0; size < server.size(); ++size)
        read_path_info(HandshakeType::server_hello, Bytes{server}.first(size));
}

TEST_CASE("fragments are put together in any order, and messages come in theirs")
{
    const Octets hello = counting(50), certificate = counting(200);
    const Octets hello_again = whole(2, 0, hello);
    const Octets a = fragment(11, 1, certificate, 0, 80), b = fragment(11, 1, certificate, 80, 160),
                 c = fragment(11, 1, certificate, 160, 200), other_cut = fragment(11, 1, certificate, 50, 170),
                 done = whole(14, 2, {});
    const std::vector<std::vector<Octets>> orders = {
        {hello_again, a, b, c, done},
        {hello_again, c, b, a, done},
        {hello_again, done, b, c, a},
        {hello_again, a, a, c, b, b, done},
        {hello_again, a, other_cut, c, done},
        {hello_again, other_cut, a, done, c},
        {fragment(2, 0, hello, 20, 50), done, c, b, fragment(2, 0, hello, 0, 20), a},
    };
    for (const auto &order : orders) {
        DtlsReader reader;
        Heard heard;
        for (const Octets &payload : order)
            reader.datagram(payload, payload.size(), std::ref(heard));
        std::vector<HandshakeBytes> messages;
        for (const RecordEvent &event : heard.events)
            if (const auto *message = std::get_if<HandshakeBytes>(&event))
                messages.push_back(*message);
        REQUIRE(messages.size() == 3);
        CHECK(heard.bodies[0] == hello);
        CHECK(heard.bodies[1] == certificate);
        CHECK(messages[1].fragmented);
        CHECK(messages[2].type == 14);
        CHECK_FALSE(messages[2].fragmented);
        CHECK_FALSE(reader.mid_message());
    }
}

TEST_CASE("a flight sent again is told from a new one")
{
    const Octets hello = counting(50), with_cookie = counting(70);
    Listener listener;
    listener.hear(whole(1, 0, hello));
    CHECK(listener.hear(whole(1, 0, hello)) == Words{"record 22 62"});
    CHECK(listener.again);
    CHECK(listener.hear(fragment(1, 0, hello, 0, 30)) == Words{"record 22 42"});
    CHECK(listener.again);

    SECTION("after HelloVerifyRequest")
    {
        CHECK(listener.hear(whole(1, 1, with_cookie)).back() == "message 1 70");
        CHECK_FALSE(listener.again);
        CHECK(listener.hear(whole(1, 0, hello)).size() == 1);
        CHECK(listener.again);
        CHECK(listener.hear(cat(whole(1, 1, with_cookie), encrypted_finished)).size() == 2);
        CHECK(listener.again);
    }
    SECTION("half of it is new")
    {
        CHECK(listener.hear(cat(whole(1, 0, hello), whole(16, 1, hello))).back() == "message 16 50");
        CHECK_FALSE(listener.again);
    }
    SECTION("a new handshake")
    {
        Octets other = hello;
        other[10] ^= 1;
        CHECK(listener.hear(whole(1, 0, other)).back() == "message 1 50");
        CHECK_FALSE(listener.again);
        CHECK(listener.hear(whole(1, 1, with_cookie)).back() == "message 1 70");
        CHECK(listener.hear(whole(1, 0, counting(51))).back() == "message 1 51");
    }
    SECTION("no fragment in it")
    {
        CHECK(listener.hear(encrypted_finished).size() == 1);
        CHECK(listener.hear(encrypted_finished).size() == 1);
        CHECK_FALSE(listener.again);
    }
}

TEST_CASE("a capture that begins midway")
{
    Listener listener;
    CHECK(listener.hear(whole(11, 2, counting(9))).back() == "message 11 9");
    CHECK(listener.hear(whole(14, 3, {})).back() == "message 14 0");
    CHECK(listener.hear(whole(2, 1, counting(9))) == Words{"record 22 21"});
    CHECK(listener.again);
    CHECK(listener.hear(whole(1, 0, counting(9))).back() == "message 1 9");
    CHECK_FALSE(listener.again);
}

TEST_CASE("a message that stays incomplete")
{
    Listener listener;
    const Octets certificate = counting(200);
    listener.hear(whole(2, 0, counting(50)));
    listener.hear(fragment(11, 1, certificate, 0, 80));
    CHECK(listener.reader.mid_message());
    CHECK(listener.reader.message_type() == 11);
    CHECK(listener.reader.message_announced() == 200);
    CHECK(listener.hear(whole(14, 2, {})) == Words{"record 22 12"});

    SECTION("given up when the sender goes on")
    {
        CHECK(listener.hear(change_cipher_spec) ==
              Words{"missing 120 of message 11 (200)", "message 14 0", "record 20 1"});
    }
    SECTION("or goes on encrypted")
    {
        CHECK(listener.hear(encrypted_finished) ==
              Words{"missing 120 of message 11 (200)", "message 14 0", "record 22 48 encrypted"});
    }
    SECTION("not by an alert")
    {
        CHECK(listener.hear(dtls_record(21, dtls12, 0, 5, alert(1, 90))) == Words{"record 21 2", "alert 1 90"});
        CHECK(listener.reader.mid_message());
    }
    SECTION("at the end")
    {
        CHECK(listener.give_up() == Words{"missing 120 of message 11 (200)", "message 14 0"});
        CHECK_FALSE(listener.reader.mid_message());
        CHECK(listener.give_up().empty());
    }
    SECTION("when too many wait")
    {
        Words words;
        for (std::uint16_t i = 3; words.size() <= 1; ++i) {
            REQUIRE(i <= 3 + DtlsReader::max_ahead);
            words = listener.hear(whole(16, i, {}));
        }
        CHECK(words[1] == "missing 120 of message 11 (200)");
        CHECK(words[2] == "message 14 0");
        CHECK(words[3] == "message 16 0");
        CHECK_FALSE(listener.reader.mid_message());
    }
    SECTION("one of which nothing came")
    {
        CHECK(listener.hear(fragment(11, 1, certificate, 80, 200)).size() == 3);
        CHECK(listener.hear(whole(16, 4, {})).size() == 1);
        CHECK(listener.reader.mid_message());
        CHECK(listener.reader.message_announced() == 0);
        CHECK(listener.give_up() == Words{"missing 0", "message 16 0"});
    }
}

TEST_CASE("a datagram that the capture has cut short")
{
    Listener listener;
    Octets payload = whole(11, 0, counting(200));
    payload.resize(payload.size() - 150);
    CHECK(listener.hear(payload, 150) == Words{"record 22 212", "missing 150"});
    CHECK(listener.reader.mid_message());
    CHECK(listener.hear(whole(11, 0, counting(200))).back() == "message 11 200");

    payload = dtls_record(23, dtls12, 1, 5, filled(99));
    payload.resize(50);
    CHECK(listener.hear(payload, 62) == Words{"record 23 99 encrypted"});
    CHECK(listener.hear(payload, 61).empty());
}

TEST_CASE("what is held of DTLS is bounded")
{
    Listener listener;
    SECTION("a message that is too long is told, and what follows comes")
    {
        const Octets header = from_hex("0b 100001 0000 000000 000004 01020304");
        CHECK(listener.hear(dtls_record(22, dtls12, 0, 0, header)) == Words{"record 22 16", "too long 11 1048577"});
        CHECK(listener.hear(whole(14, 1, {})).back() == "message 14 0");
    }
    SECTION("one just not")
    {
        const Octets body = counting(DtlsReader::max_message_size);
        Words words;
        for (std::size_t from = 0; from < body.size(); from += 1024)
            words = listener.hear(fragment(11, 0, body, from, from + 1024));
        CHECK(words.back() == "message 11 1048576 fragmented");
    }
    SECTION("many small fragments of many messages")
    {
        const Octets body = counting(60'000);
        bool gave_up = false;
        for (std::size_t from = 1; from < body.size(); from += 2) {
            const Words words = listener.hear(fragment(11, 0, body, from, from + 1));
            gave_up = gave_up ||
                      words.back() == "missing " + std::to_string(60'000 - (from + 1) / 2) + " of message 11 (60000)";
        }
        CHECK(gave_up);
    }
}
