// Tests TLS within the packets of SQL Server.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/tds.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

Octets packet(std::uint8_t type, const Octets &content)
{
    using namespace bytes;
    return cat(u8(type), u8(1), u16(content.size() + 8), u16(0), u8(1), u8(0), content);
}

Octets prelogin(std::uint8_t type, std::uint8_t encryption)
{
    using namespace bytes;
    return packet(type, cat(from_hex("00 000b 0006 01 0011 0001 ff"), from_hex("100003e80000"), u8(encryption)));
}

Octets tds(const Octets &content)
{
    return packet(0x12, content);
}

// A connection up to the server's agreement.
void agree(Wire &wire, std::uint8_t client = 1, std::uint8_t server = 1)
{
    wire.open().say(Side::client, prelogin(0x12, client)).say(Side::server, prelogin(0x04, server));
}

std::string outcome(const Wire &wire)
{
    return std::string{name(wire.only().verdict.outcome)};
}

} // namespace

TEST_CASE("TDS: what a PRELOGIN says about encryption")
{
    CHECK(tds_encryption(prelogin(0x12, 1)) == TdsEncryption::on);
    CHECK(tds_encryption(prelogin(0x04, 2)) == TdsEncryption::not_supported);
    CHECK(tds_encryption(prelogin(0x12, 0x83)) == TdsEncryption::required); // with a client certificate
    CHECK_FALSE(tds_encryption({}));
    CHECK_FALSE(tds_encryption(bytes::from_hex("12 01 0008 0000 0100")));
    CHECK_FALSE(tds_encryption(bytes::from_hex("12 01 0010 0000 0100 01 0005 0001 ff 0001"))); // no VERSION first
    CHECK_FALSE(tds_encryption(bytes::from_hex("12 01 0013 0000 0100 00 000b 0006 01 0099 0001 ff"))); // past the end
}

TEST_CASE("TDS: a handshake in packets")
{
    Wire wire{1433};
    agree(wire);
    SECTION("one message a packet")
    {
        wire.say(Side::client, tds(hello12())).say(Side::server, tds(server_flight12()));
        wire.say(Side::client, tds(client_flight12())).say(Side::server, tds(finished12()));
    }
    SECTION("the server answers in packets of type 4")
    {
        wire.say(Side::client, tds(hello12())).say(Side::server, packet(0x04, server_flight12()));
        wire.say(Side::client, tds(client_flight12())).say(Side::server, packet(0x04, finished12()));
    }
    SECTION("a record over several packets, and packets over several segments")
    {
        const Octets flight = server_flight12(), hello = tds(hello12());
        const auto middle = flight.begin() + 20;
        const Octets packets = bytes::cat(tds({flight.begin(), middle}), tds({middle, flight.end()}));
        wire.say(Side::client, {hello.begin(), hello.begin() + 12})
            .say(Side::client, {hello.begin() + 12, hello.end()});
        wire.say(Side::server, {packets.begin(), packets.begin() + 31});
        wire.say(Side::server, {packets.begin() + 31, packets.end()});
        wire.say(Side::client, tds(client_flight12())).say(Side::server, tds(finished12()));
    }
    SECTION("a packet is captured twice")
    {
        wire.say(Side::client, tds(hello12())).again(Side::client, tds(hello12()));
        wire.say(Side::server, tds(server_flight12()));
        wire.say(Side::client, tds(client_flight12())).say(Side::server, tds(finished12()));
    }
    REQUIRE(wire.capture.results().conversations() == 1);
    CHECK(outcome(wire) == "completed");
}

TEST_CASE("TDS: after the handshake, records without packets")
{
    Wire wire{1433};
    agree(wire);
    wire.say(Side::client, tds(hello12())).say(Side::server, tds(server_flight12()));
    wire.say(Side::client, tds(client_flight12())).say(Side::server, tds(finished12()));
    SECTION("all is encrypted")
    {
        wire.say(Side::client, encrypted(60)).say(Side::server, encrypted(80));
        wire.close(Side::client).close(Side::server);
    }
    SECTION("only the login is encrypted")
    {
        wire.say(Side::client, encrypted(60)).say(Side::server, packet(0x04, bytes::filled(40, 0xab)));
        wire.say(Side::client, packet(0x01, bytes::filled(40, 0x20)));
        wire.close(Side::client).close(Side::server);
        CHECK(wire.only().findings.empty());
    }
    CHECK(outcome(wire) == "completed");
}

TEST_CASE("TDS: how a handshake fails")
{
    Wire wire{49152}; // a named instance
    agree(wire);
    wire.say(Side::client, tds(hello12()));
    SECTION("an alert")
    {
        wire.say(Side::server, tds(server_flight12())).say(Side::client, tds(alert_record(48)));
        CHECK(wire.only().verdict.sentence.find("unknown_ca") != std::string::npos);
    }
    SECTION("the server closes")
    {
        wire.close(Side::server);
        CHECK(wire.only().verdict.sentence.find("closed") != std::string::npos);
    }
    SECTION("the server answers in plain text")
    {
        wire.say(Side::server, packet(0x04, bytes::from_hex("aa 2400 14480000 010e 0a004c006f00670069006e00")));
        CHECK(wire.only().verdict.sentence.find("not TLS") != std::string::npos);
    }
    CHECK(outcome(wire) == "failed");
}

TEST_CASE("TDS: the server does not support encryption")
{
    Wire wire{1433};
    SECTION("the client leaves")
    {
        agree(wire, 1, 2);
        wire.close(Side::client).close(Side::server);
        CHECK(outcome(wire) == "failed");
        CHECK(wire.only().verdict.sentence.find("ENCRYPT_NOT_SUP") != std::string::npos);
    }
    SECTION("the client sends its ClientHello all the same")
    {
        agree(wire, 3, 2);
        wire.say(Side::client, tds(hello12())).close(Side::server);
        CHECK(outcome(wire) == "failed");
        CHECK(wire.only().verdict.sentence.find("ENCRYPT_NOT_SUP") != std::string::npos);
    }
    SECTION("the client did not insist")
    {
        agree(wire, 0, 2);
        wire.say(Side::client, packet(0x10, bytes::filled(60, 0x41)));
        CHECK(wire.capture.results().conversations() == 0);
    }
}
