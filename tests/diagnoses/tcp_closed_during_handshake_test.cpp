// Tests the diagnosis tcp_closed_during_handshake.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis tcp_closed_during_handshake, client_abandoned;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("tcp_closed_during_handshake: who, when and at which stage")
{
    Conversation c = hello();
    end(c, Side::server, EndReason::closed);
    const Findings found = play(tcp_closed_during_handshake, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].detail,
              "FIN from the server 16.0 ms after the ClientHello, without an alert; typical causes: the "
              "server has no usable certificate or key"));
    CHECK(tcp_closed_during_handshake.explains(c, found[0]) == Fit::vague);
}

TEST_CASE("tcp_closed_during_handshake: close_notify is a close")
{
    Conversation c = answered();
    end(c, Side::client, EndReason::closed);
    c.ending.close_notify = true;
    CHECK(has(play(tcp_closed_during_handshake, c).at(0).detail, "close_notify from the client"));
}

TEST_CASE("tcp_closed_during_handshake: a client certificate is suspected only where one was asked for")
{
    Conversation plain = answered();
    end(plain, Side::server, EndReason::closed);
    CHECK_FALSE(has(play(tcp_closed_during_handshake, plain).at(0).detail, "certificate"));
    Conversation asked = answered();
    with_request(asked, std::vector<Octets>{});
    end(asked, Side::server, EndReason::closed);
    CHECK(has(play(tcp_closed_during_handshake, asked).at(0).detail,
              "the server does not accept the client's certificate"));
}

TEST_CASE("tcp_closed_during_handshake: SSLv2 hides how far it came")
{
    Conversation c = answered(0x0002);
    c.server_hello.what.sslv2 = true;
    end(c, Side::server, EndReason::closed);
    CHECK(play(tcp_closed_during_handshake, c).empty());
}

TEST_CASE("tcp_closed_during_handshake: near misses")
{
    Conversation reset = hello();
    end(reset, Side::server, EndReason::reset);
    CHECK(play(tcp_closed_during_handshake, reset).empty());

    Conversation well = completed();
    well.fin[Side::client] = at(frames::ending);
    CHECK(play(tcp_closed_during_handshake, well).empty());

    Conversation alert = failed_by(Side::server, "handshake_failure");
    CHECK(play(tcp_closed_during_handshake, alert).empty());

    Conversation spare = hello();
    end(spare, Side::client, EndReason::closed);
    REQUIRE(play(client_abandoned, spare).size() == 1);
    CHECK(play(tcp_closed_during_handshake, spare).empty());
}

TEST_CASE("tcp_closed_during_handshake: what the capture does not show may have been an alert")
{
    const auto closed = [](auto &&gaps) {
        Conversation c = answered();
        end(c, Side::server, EndReason::closed);
        gaps(c.gaps);
        return play(tcp_closed_during_handshake, c).size();
    };
    CHECK(closed([](CaptureGaps &) {}) == 1);
    CHECK(closed([](CaptureGaps &b) { b.bytes_missing[Side::server] = 7; }) == 0);
    CHECK(closed([](CaptureGaps &b) { b.started_midway = true; }) == 0);
    CHECK(closed([](CaptureGaps &b) { b.direction_missing[Side::client] = true; }) == 0);
    CHECK(closed([](CaptureGaps &b) { b.truncated = true; }) == 0);
}

TEST_CASE("tcp_closed_during_handshake: where nobody knows whether a certificate was asked for, none is suspected")
{
    Conversation c = answered(0x0304);
    REQUIRE(c.client_auth() == ClientAuth::unknown);
    end(c, Side::server, EndReason::closed);
    CHECK_FALSE(has(play(tcp_closed_during_handshake, c).at(0).detail, "certificate"));
}

TEST_CASE("tcp_closed_during_handshake: the causes are possible at that time and place")
{
    Conversation early = hello();
    end(early, Side::server, EndReason::closed);
    early.fin[Side::server] = at(frames::ack);
    CHECK(has(play(tcp_closed_during_handshake, early).at(0).detail, "FIN from the server before the ClientHello"));
    CHECK(has(play(tcp_closed_during_handshake, early).at(0).detail, "a limit of connections"));
    Conversation ldap = hello();
    ldap.server.port = 389;
    end(ldap, Side::server, EndReason::closed);
    CHECK(has(play(tcp_closed_during_handshake, ldap).at(0).detail, "port 389 is that of LDAP"));
    Conversation cut = hello();
    cut.client_hello = {};
    cut.stage = Stage::nothing;
    cut.incomplete[Side::client] = seen(frames::client_hello, OpaqueMessage{1, 1'495, false});
    cut.bytes[Side::client] = 1'400;
    end(cut, Side::server, EndReason::closed);
    CHECK(has(play(tcp_closed_during_handshake, cut).at(0).detail,
              "in the middle of the ClientHello (1,400 of 1,504 bytes)"));
}
