// Tests what the statistics count in packets: what a connection carried, and how it opened.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <string>

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

struct Kept : Wire {
    explicit Kept(std::uint16_t port = 443) : Wire{port} { capture.keep_metrics(); }
    std::uint64_t bytes(Side side) const { return only().metrics->bytes[side]; }
    Durations durations() const { return only().metrics->durations; }
};

Octets text(const std::string &line)
{
    return {line.begin(), line.end()};
}

void shake_hands(Wire &wire)
{
    wire.say(Side::client, hello12()).say(Side::server, server_flight12()).say(Side::client, client_flight12());
    wire.say(Side::server, finished12());
}

} // namespace

TEST_CASE("Carried: the bytes of TLS are those that sequence numbers count")
{
    Kept wire;
    wire.open();
    shake_hands(wire);
    CHECK(wire.bytes(Side::client) == hello12().size() + client_flight12().size());
    const std::uint64_t before = wire.bytes(Side::server);
    CHECK(before == server_flight12().size() + finished12().size());

    SECTION("in whatever order they were captured")
    {
        wire.skip(Side::server, 105).unacknowledged(Side::server, encrypted(200));
        CHECK(wire.bytes(Side::server) == before + 105 + 205);
        wire.skip(Side::server, -205u).again(Side::server, encrypted(100));
        CHECK(wire.bytes(Side::server) == before + 105 + 205);
    }
    SECTION("and not what the header of a record says that comes in part")
    {
        Octets part = encrypted(1000);
        part.resize(300);
        wire.say(Side::server, part);
        CHECK(wire.bytes(Side::server) == before + 300);
    }
}

TEST_CASE("Carried: plain text before TLS does not count")
{
    Kept wire{25};
    wire.open().say(Side::server, text("220 mail.example ESMTP\r\n")).say(Side::client, text("STARTTLS\r\n"));
    wire.say(Side::server, text("220 go ahead\r\n"));
    shake_hands(wire);
    CHECK(wire.bytes(Side::client) == hello12().size() + client_flight12().size());
    CHECK(wire.bytes(Side::server) == server_flight12().size() + finished12().size());
}

TEST_CASE("Carried: where TLS is refused, plain text was carried")
{
    Kept wire{25};
    wire.open().say(Side::server, text("220 mail.example ESMTP\r\n")).say(Side::client, text("STARTTLS\r\n"));
    wire.say(Side::server, text("454 TLS not available\r\n"));
    const auto connections = [&] {
        const PlainTraffic plain = wire.capture.results().plain_traffic();
        return plain.ports().contains(25) ? plain.ports().at(25).connections : 0;
    };
    REQUIRE(wire.capture.results().conversations() == 1);
    CHECK(wire.bytes(Side::client) == 0);
    CHECK(connections() == 1);
    wire.close(Side::client).close(Side::server).unacknowledged(Side::client, {});
    wire.wait(5).other_packet().other_packet();
    CHECK(connections() == 1);
}

TEST_CASE("Carried: what began before the capture may be inside of a long record")
{
    for (const bool opened : {true, false}) {
        Kept wire;
        if (opened)
            wire.open();
        wire.say(Side::server, bytes::filled(1000, 0x33));
        const PlainTraffic plain = wire.capture.results().plain_traffic();
        REQUIRE(plain.ports().contains(443));
        CHECK(plain.ports().at(443).under_way == (opened ? 0 : 1));
    }
}

TEST_CASE("Carried: the way to the client is from the server's SYN to what the client answers at once")
{
    Kept wire;
    wire.open().wait(1);
    shake_hands(wire);
    const Durations durations = wire.durations();
    CHECK(durations.tcp == Approx(0.001));
    CHECK(durations.network == Approx(0.003)); // twice to the server, once to the client
    CHECK(durations.tls < 0.1);
    CHECK(durations.total > 1);

    Kept again;
    again.open();
    again.say(Side::client, hello12()).again(Side::client, hello12());
    again.say(Side::server, server_flight12()).say(Side::client, client_flight12()).say(Side::server, finished12());
    CHECK(again.durations().tls > 0);
    CHECK(again.durations().server < 0); // something is missing
}

TEST_CASE("Carried: a ClientHello in the SYN (RFC 7413)")
{
    Kept opened;
    opened.first(Side::client, flag::syn, hello12()).first(Side::server, flag::syn | flag::ack, {});
    opened.unacknowledged(Side::client, {}).say(Side::server, server_flight12());
    opened.say(Side::client, client_flight12()).say(Side::server, finished12());
    CHECK(opened.durations().tcp == Approx(0.001));
    CHECK(opened.durations().server >= 0);
}

TEST_CASE("Carried: what the capture lacks of plain text is not what was looked at in vain")
{
    constexpr std::uint32_t lost = 300'000; // more than the core waits for
    Kept wire{25};
    wire.open().say(Side::server, text("220 mail.example ESMTP\r\n")).skip(Side::server, lost);
    wire.unacknowledged(Side::client, {}); // acknowledges it
    wire.say(Side::server, text("220 go ahead\r\n"));
    for (int i = 0; i < 20; ++i) // the core waits at a gap
        wire.say(Side::server, text("220 still here\r\n"));
    shake_hands(wire);
    REQUIRE(wire.capture.results().conversations() == 1);
    CHECK(wire.bytes(Side::client) == hello12().size() + client_flight12().size());
    CHECK(wire.bytes(Side::server) == server_flight12().size() + finished12().size());
}
