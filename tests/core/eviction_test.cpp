// Tests what is forgotten of a finished conversation, and when; and that forgetting changes no result.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/conversation_metrics.hpp"
#include "core/flows/tcp_flow.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

void complete(Wire &wire)
{
    wire.open().say(Side::client, hello12()).say(Side::server, server_flight12()).say(Side::client, client_flight12());
    wire.say(Side::server, finished12());
}

std::uint64_t server_bytes(const Wire &wire)
{
    return wire.only().metrics->bytes[Side::server];
}

} // namespace

TEST_CASE("Retire: after a reset what was sent before it may still come for two seconds", "[bounds]")
{
    Wire wire;
    wire.capture.keep_metrics();
    complete(wire);
    wire.reset(Side::client);
    const std::uint64_t before = server_bytes(wire);
    wire.wait(1.5).other_packet();
    wire.unacknowledged(Side::server, encrypted(100));
    CHECK(server_bytes(wire) == before + 5 + 100);
    wire.wait(1).other_packet();
    wire.unacknowledged(Side::server, encrypted(100));
    CHECK(server_bytes(wire) == before + 5 + 100);
    CHECK(wire.capture.results().conversations_of(wire.frame()) ==
          std::vector<std::uint32_t>{0}); // although it is not read
}

TEST_CASE("Retire: once both sides' ends are acknowledged nothing more is read", "[bounds]")
{
    Wire wire;
    wire.capture.keep_metrics();
    complete(wire);
    wire.say(Side::server, encrypted(100)).close(Side::client).close(Side::server);
    CHECK(wire.capture.results().content(wire.frame()) == FrameContent::nothing); // more packets may come
    wire.unacknowledged(Side::client, {});
    const std::uint32_t last = wire.frame();
    const std::uint64_t before = server_bytes(wire);
    CHECK(wire.capture.results().content(last) == FrameContent::findings);
    REQUIRE(wire.capture.results().of_frame(last).size() == 1);
    CHECK(id(*wire.capture.results().of_frame(last)[0].summary.findings.at(0).diagnosis) ==
          "closed_without_close_notify");
    CHECK_FALSE(wire.capture.results().of_frame(last)[0].verdict_here);
    wire.unacknowledged(Side::server, encrypted(100));
    CHECK(server_bytes(wire) == before);
    wire.wait(3).other_packet().other_packet(); // its two seconds have passed too
    CHECK(wire.only().verdict.outcome == Outcome::completed);
    CHECK(wire.only().findings.size() == 1);
}

TEST_CASE("Retire: what ends as it should shows nothing more at its end", "[bounds]")
{
    Wire wire;
    complete(wire);
    wire.say(Side::client, alert_record(0)).say(Side::server, alert_record(0));
    wire.close(Side::client).close(Side::server).unacknowledged(Side::client, {});
    CHECK(wire.only().findings.empty());
    CHECK(wire.capture.results().content(wire.frame()) == FrameContent::nothing);
}

TEST_CASE("Retire: the traffic without TLS counts though it is forgotten", "[bounds]")
{
    Wire wire{80};
    wire.capture.keep_metrics();
    wire.open();
    std::uint64_t bytes = 0;
    const auto counted = [&] {
        const PlainTraffic traffic = wire.capture.results().plain_traffic();
        CHECK(traffic.ports().at(80).connections == 1);
        return traffic.ports().at(80).bytes;
    };
    for (; bytes < TcpTlsStart::max_plaintext + 5000; bytes += 1000) // more than the core searches for the start of TLS
        wire.say(Side::client, bytes::filled(1000, 'x'));
    CHECK(counted() == bytes);
    wire.close(Side::client).close(Side::server);
    CHECK(counted() == bytes);
    wire.unacknowledged(Side::client, {});
    CHECK(counted() == bytes);
    CHECK(wire.capture.results().conversations() == 0);
}

TEST_CASE("Retire: a conversation whose outcome is known shows nothing more when the capture ends", "[bounds]")
{
    Wire open, over;
    open.open().say(Side::client, hello12());
    open.capture.end();
    CHECK(open.capture.results().content(open.frame()) == FrameContent::findings);
    over.open().say(Side::client, hello12()).say(Side::server, alert_record(40)).other_packet();
    over.capture.end();
    CHECK(over.capture.results().content(over.frame() - 1) == FrameContent::nothing);
}
