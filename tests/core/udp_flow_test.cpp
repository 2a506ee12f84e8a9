// Tests how DTLS handshakes are followed over UDP: repetitions, cookies, connection ids, the records of DTLS 1.3.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <algorithm>

namespace tlsdiag {
extern const Diagnosis dtls_cookie_refused, handshake_stalled, psk_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::bytes;
using tlsdiag::wire::Wire;

namespace {

constexpr Version dtls12 = 0xfefd;
constexpr Side C = Side::client, S = Side::server;

Octets message(std::uint8_t type, std::uint16_t message_seq, const Octets &body)
{
    return dtls_record(22, dtls12, 0, message_seq, dtls_handshake(type, message_seq, body));
}

// With a cookie and perhaps extensions.
Octets hello(std::uint16_t message_seq, const Octets &cookie = {}, const Octets &extensions = {},
             const Octets &suites = from_hex("c02b"))
{
    return message(
        1, message_seq,
        cat(u16(dtls12), filled(32, 7), u8(0), vector8(cookie), vector16(suites), vector8({0}), vector16(extensions)));
}

Octets verify_request(std::uint16_t message_seq, const Octets &cookie)
{
    return message(3, message_seq, cat(u16(0xfeff), vector8(cookie)));
}

Octets server_hello(std::uint16_t message_seq, std::uint16_t suite, const Octets &extensions = {})
{
    return message(2, message_seq, cat(u16(dtls12), filled(32, 8), u8(0), u16(suite), u8(0), vector16(extensions)));
}

const Octets psk_flight = cat(message(16, 1, vector16(text("device1"))), dtls_record(20, dtls12, 0, 3, {1}),
                              dtls_record(22, dtls12, 1, 0, filled(40, 0x5a)));
constexpr std::uint16_t psk_suite = 0xc0a8; // TLS_PSK_WITH_AES_128_CCM_8

const Finding *find(const Summary &summary, const Diagnosis &diagnosis)
{
    const auto found = std::ranges::find(summary.findings, &diagnosis, &Finding::diagnosis);
    return found == summary.findings.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("DTLS: flights that are only sent again are silence")
{
    const Octets flight = cat(server_hello(0, psk_suite), message(14, 1, {}));
    Wire wire;
    wire.datagram(C, hello(0, {}, {}, u16(psk_suite))).datagram(S, flight).datagram(C, psk_flight);
    wire.wait(1).datagram(S, flight).datagram(C, psk_flight).wait(2).datagram(S, flight).datagram(C, psk_flight);
    const Summary summary = wire.only();
    CHECK(summary.verdict.outcome == Outcome::failed);
    REQUIRE(find(summary, handshake_stalled));
    CHECK(summary.verdict.cause == &psk_mismatch);
    const std::string detail = find(summary, handshake_stalled)->detail;
    CHECK(detail.find("only sent their last flights again") != std::string::npos);
    CHECK(detail.find("different keys on the two sides") != std::string::npos);
}

TEST_CASE("DTLS: a flight that is sent again once is no silence")
{
    const Octets flight = cat(server_hello(0, psk_suite), message(14, 1, {}));
    Wire wire;
    wire.datagram(C, hello(0, {}, {}, u16(psk_suite))).datagram(S, flight).wait(1).datagram(S, flight);
    wire.datagram(C, psk_flight);
    CHECK(wire.only().verdict.outcome == Outcome::unfinished);
    wire.datagram(S, cat(dtls_record(20, dtls12, 0, 3, {1}), dtls_record(22, dtls12, 1, 0, filled(40, 0x5a))));
    CHECK(wire.only().verdict.outcome == Outcome::completed);
}

TEST_CASE("DTLS: data with the new keys shows that the last flight arrived")
{
    Wire wire;
    wire.datagram(C, hello(0)).datagram(S, cat(server_hello(0, 0xc02b), message(14, 1, {}))).datagram(C, psk_flight);
    wire.wait(44).datagram(C, dtls_record(23, dtls12, 1, 1, filled(60, 0x5a)));
    CHECK(wire.only().verdict.outcome == Outcome::completed);
}

TEST_CASE("DTLS: the cookie is refused")
{
    const auto cookie = [](std::uint8_t number) { return filled(20, number); };
    const auto loop = [&](int rounds, bool same_sequence, bool returns) {
        Wire wire;
        wire.datagram(C, hello(0));
        for (int i = 0; i < rounds; ++i) {
            const auto number = static_cast<std::uint8_t>(i + 1);
            const auto sequence = static_cast<std::uint16_t>(i);
            wire.datagram(S, verify_request(same_sequence ? std::uint16_t{0} : sequence, cookie(number)));
            if (returns)
                wire.datagram(C, hello(static_cast<std::uint16_t>(i + 1), cookie(number)));
            else
                wire.wait(2).datagram(C, hello(0));
        }
        wire.datagram(S, verify_request(same_sequence ? 0 : static_cast<std::uint16_t>(rounds), cookie(99)));
        return wire.only();
    };
    for (const bool same_sequence : {false, true}) { // a stateless server counts nothing
        const Summary refused = loop(3, same_sequence, true);
        CHECK(refused.verdict.outcome == Outcome::failed);
        CHECK(refused.verdict.cause == &dtls_cookie_refused);
        CHECK(refused.verdict.certainty == Certainty::proven);
        CHECK_FALSE(find(loop(1, same_sequence, true), dtls_cookie_refused));
    }
    const Summary forgotten = loop(3, true, false);
    CHECK(forgotten.verdict.outcome == Outcome::failed);
    CHECK(forgotten.verdict.cause == &dtls_cookie_refused);
    CHECK(forgotten.verdict.certainty != Certainty::proven);
}

TEST_CASE("DTLS: records with connection ids carry the rest of the handshake (RFC 9146)")
{
    const auto with_id = [](std::uint16_t epoch, const Octets &id, const Octets &body) {
        return cat(u8(25), u16(dtls12), u16(epoch), from_hex("000000000000"), id, u16(body.size()), body);
    };
    const Octets to_server = filled(8, 0xaa), to_client = filled(3, 0xbb);
    const Octets wants = extension(54, vector8(to_client)), gives = extension(54, vector8(to_server));
    const Octets finished = filled(49, 0x5a), change = dtls_record(20, dtls12, 0, 3, {1});
    Wire wire;
    wire.datagram(C, hello(0, {}, wants)).datagram(S, cat(server_hello(0, 0xc02b, gives), message(14, 1, {})));
    SECTION("it completes")
    {
        wire.datagram(C, cat(message(16, 1, filled(33)), change, with_id(1, to_server, finished)));
        wire.datagram(S, cat(change, with_id(1, to_client, finished)));
        CHECK(wire.only().verdict.outcome == Outcome::completed);
    }
    SECTION("an alert in clear")
    {
        wire.datagram(C, cat(message(16, 1, filled(33)), change, with_id(1, to_server, finished)));
        wire.datagram(S, with_id(0, to_client, cat(alert(2, 51), u8(21))));
        const Summary summary = wire.only();
        CHECK(summary.verdict.outcome == Outcome::failed);
        CHECK(summary.verdict.sentence.find("decrypt_error") != std::string::npos);
    }
    SECTION("a small record of hidden type is not known to be data")
    {
        wire.datagram(C, cat(message(16, 1, filled(33)), change, with_id(1, to_server, finished)));
        wire.datagram(C, with_id(1, to_server, filled(27, 0x5a)));
        CHECK(wire.only().verdict.outcome == Outcome::unfinished);
    }
}

namespace {

// DTLS 1.3: records of the given sizes, with two sequence bytes and a length.
Octets hidden(std::uint8_t epoch, const std::vector<std::size_t> &sizes)
{
    Octets all;
    for (const std::size_t size : sizes)
        all = cat(all, u8(0x2c | epoch), u16(0x1234), u16(size), filled(size, 0x5a));
    return all;
}

void begin13(Wire &wire)
{
    const Octets versions = extension(43, vector8(u16(0xfefc))), chosen = extension(43, u16(0xfefc));
    wire.datagram(C, hello(0, {}, versions, u16(0x1301)));
    wire.datagram(S, server_hello(0, 0x1301, chosen));
}

} // namespace

TEST_CASE("DTLS 1.3: its own sizes, and epochs")
{
    Wire wire;
    begin13(wire);
    const auto outcome = [&] { return wire.only().verdict.outcome; };
    wire.datagram(S, hidden(2, {47, 900, 104})).datagram(S, hidden(2, {61}));
    SECTION("an ACK of the client's Finished accepts it")
    {
        wire.datagram(C, hidden(2, {61}));
        CHECK(outcome() == Outcome::completed); // nobody asked for a certificate: nothing to refuse
        wire.datagram(S, hidden(3, {35}));
        CHECK(outcome() == Outcome::completed);
        CHECK(wire.only().client_auth == ClientAuth::none);
    }
    SECTION("an ACK of a part of the client's flight does not")
    {
        wire.datagram(C, hidden(2, {900, 104, 61})).datagram(S, hidden(3, {51}));
        CHECK(outcome() != Outcome::completed);
        wire.datagram(S, hidden(3, {67}));
        CHECK(outcome() == Outcome::completed);
        CHECK(wire.only().client_auth == ClientAuth::sent);
    }
    SECTION("an empty Certificate, and an alert")
    {
        wire.datagram(C, hidden(2, {33, 61})).datagram(S, hidden(3, {19}));
        CHECK(outcome() == Outcome::failed);
        CHECK(wire.only().client_auth == ClientAuth::empty);
    }
    SECTION("the client's ACK, then its flight; the server's flight comes again before that")
    {
        wire.datagram(C, hidden(2, {51})).wait(1).datagram(S, hidden(2, {47, 900, 104, 61}));
        CHECK(outcome() != Outcome::completed);
        wire.datagram(C, hidden(2, {900, 104, 61})).datagram(S, hidden(3, {67}));
        CHECK(outcome() == Outcome::completed);
    }
    SECTION("several messages in one record: an ACK, and peace after it")
    {
        wire.datagram(C, hidden(2, {1100})).datagram(S, hidden(3, {35}));
        CHECK(outcome() == Outcome::unseen);
        wire.wait(5).other_packet();
        CHECK(outcome() == Outcome::completed);
        CHECK(wire.only().client_auth == ClientAuth::sent);
    }
    SECTION("several messages in one record, and an alert")
    {
        wire.datagram(C, hidden(2, {1100})).datagram(S, hidden(3, {19}));
        CHECK(outcome() == Outcome::failed);
    }
    SECTION("the client refuses with an alert")
    {
        wire.datagram(C, hidden(2, {19})).datagram(S, hidden(2, {104}));
        CHECK(outcome() == Outcome::failed);
        CHECK(wire.only().ended_by == Side::client);
    }
    SECTION("the flights are sent again, and nothing else")
    {
        for (int i = 0; i < 3; ++i)
            wire.wait(2).datagram(S, hidden(2, {47, 900, 104})).datagram(S, hidden(2, {61}));
        CHECK(outcome() == Outcome::failed);
    }
}

TEST_CASE("DTLS: a client that tries again from the same port")
{
    Octets another = hello(0);
    another[13 + 12 + 2] ^= 1; // its random
    Wire wire;
    wire.datagram(C, hello(0)).datagram(S, verify_request(0, filled(20, 1))).datagram(C, hello(1, filled(20, 1)));
    CHECK(wire.capture.results().conversations() == 1);
    wire.wait(9).datagram(C, another);
    CHECK(wire.capture.results().conversations() == 2);
    wire.datagram(S, verify_request(0, filled(20, 2)));
    CHECK(wire.capture.results().conversations() == 2);
}

TEST_CASE("DTLS: something else on its port is no conversation")
{
    Wire wire{5684};
    wire.datagram(C, cat(from_hex("5002b7e53d01"), text("10.207.255.255{\"deviceId\":1}")));
    wire.datagram(C, hidden(2, {30}));
    CHECK(wire.capture.results().conversations() == 0);
}
