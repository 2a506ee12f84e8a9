// Tests the diagnosis injected_packet.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis injected_packet;
extern const Diagnosis not_tls_peer;
} // namespace tlsdiag

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation reset_with(std::uint8_t limit, std::uint8_t usual)
{
    Conversation c = hello();
    end(c, Side::server, EndReason::reset);
    c.hop_limits[Side::server].seen = {usual};
    c.ending.hop_limit = limit;
    return c;
}

TEST_CASE("injected_packet: an RST from another place")
{
    Conversation c = reset_with(64, 63);
    const Findings found = play(injected_packet, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::network);
    CHECK(found[0].certainty == Certainty::strong);
    CHECK(
        has(found[0].detail,
            "the RST in the server's name did not come from it: its TTL is 64, that of the server's other packets 63"));
    CHECK(injected_packet.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("injected_packet: a block page from another place")
{
    Conversation c = hello();
    c.not_tls[Side::server] = seen(frames::ending, NotTls{bytes::text("HTTP/1.1 403 Forbidden\r\n")});
    end(c, Side::server, EndReason::not_tls);
    c.hop_limits[Side::server].seen = {53};
    c.ending.hop_limit = 59;
    CHECK(play(injected_packet, c).size() == 1);
}

TEST_CASE("injected_packet: near misses")
{
    struct Case {
        const char *what;
        Conversation c;
    };
    Conversation closed = reset_with(64, 63), two = reset_with(60, 64), unknown = reset_with(0, 63),
                 none = reset_with(64, 0);
    closed.ending.reason = EndReason::closed;
    two.hop_limits[Side::server].seen = {64, 60}; // a proxy answers the SYN, the server the rest
    Case cases[] = {
        {"the same", reset_with(63, 63)},
        {"its system starts resets with 255", reset_with(244, 53)},
        {"its system starts resets with 128", reset_with(117, 53)},
        {"another packet of the server had it, too", two},
        {"not captured with IP", unknown},
        {"no other packet", none},
        {"a FIN", closed},
    };
    for (Case &one : cases) {
        INFO(one.what);
        CHECK(play(injected_packet, one.c).empty());
    }
}

TEST_CASE("injected_packet: the side goes on after its RST")
{
    Conversation c = reset_with(0, 0);
    c.reset_denied = at(21);
    const Findings found = ask(injected_packet, c, {EventKind::reset_denied, Side::server, at(21)});
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "the server sent more data after it (frame 21)"));
}
