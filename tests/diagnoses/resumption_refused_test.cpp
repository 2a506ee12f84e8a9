// Tests the diagnosis resumption_refused.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis resumption_refused;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation offering(Version version)
{
    Conversation c = answered(version);
    c.chain[Side::server] = seen(frames::server_chain, Chain{});
    return c;
}

TEST_CASE("resumption_refused: a ticket, and a certificate follows")
{
    Conversation c = offering(0x0303);
    c.client_hello.what.session_ticket = true;
    c.client_hello.what.session_ticket_size = 192;
    Findings found = play(resumption_refused, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].frame == frames::server_chain);
    CHECK(has(found[0].detail, "a session ticket of 192 bytes"));
    SECTION("of any size")
    {
        c.client_hello.what.session_ticket_size = 1;
        CHECK(has(play(resumption_refused, c).at(0).detail, "a session ticket of 1 byte;"));
    }
    SECTION("none: the client only asks for one")
    {
        c.client_hello.what.session_ticket_size = 0;
        CHECK(play(resumption_refused, c).empty());
    }
    SECTION("resumed: no certificate")
    {
        c.chain[Side::server] = {};
        c.resumed = true;
        CHECK(play(resumption_refused, c).empty());
    }
}

TEST_CASE("resumption_refused: a session ID means something below TLS 1.3 only")
{
    Conversation c = offering(0x0303);
    c.client_hello.what.session_id = Octets(32, 7);
    CHECK(play(resumption_refused, c).empty());        // TLS 1.3 is offered
    c.client_hello.what.supported_versions = {0x0303}; // Go indicates in this way that it does not offer it
    CHECK(play(resumption_refused, c).empty());
    c.client_hello.what.supported_versions.clear();
    CHECK(play(resumption_refused, c).size() == 1);
    c.client_hello.what.session_id.clear();
    CHECK(play(resumption_refused, c).empty());
}

TEST_CASE("resumption_refused: a pre-shared key of TLS 1.3")
{
    Conversation c = offering(0x0304);
    c.client_hello.what.pre_shared_key = true;
    const Findings found = play(resumption_refused, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].frame == frames::server_hello);
    CHECK(has(found[0].detail, "a pre-shared key"));
    Conversation taken = offering(0x0304);
    taken.client_hello.what.pre_shared_key = true;
    taken.resumed = true;
    CHECK(play(resumption_refused, taken).empty());
    Conversation none = offering(0x0304);
    none.client_hello.what.session_ticket_size = 192; // a TLS 1.2 ticket, but TLS 1.3 was chosen
    CHECK(play(resumption_refused, none).empty());
}

TEST_CASE("resumption_refused: the client's certificate says nothing")
{
    Conversation c = answered();
    c.client_hello.what.session_ticket_size = 192;
    c.chain[Side::client] = seen(frames::client_chain, Chain{});
    CHECK(play(resumption_refused, c).empty());
}
