// Tests the diagnosis renegotiation_insecure.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis renegotiation_insecure;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation lacking(Version version = 0x0303)
{
    Conversation c = answered(version);
    c.client_hello.what.renegotiation_info = true;
    c.server_hello.what.renegotiation_info = false;
    return c;
}

TEST_CASE("renegotiation_insecure: the server lacks what the client signals")
{
    Conversation c = lacking();
    const Findings found = play(renegotiation_insecure, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].frame == frames::server_hello);
    CHECK(has(found[0].detail, "the ServerHello (TLS 1.2) contains no renegotiation_info"));
    CHECK(has(found[0].detail, "the cipher suite 0x00ff"));
}

TEST_CASE("renegotiation_insecure: near misses")
{
    Conversation has_it = lacking();
    has_it.server_hello.what.renegotiation_info = true;
    CHECK(play(renegotiation_insecure, has_it).empty());
    Conversation not_asked = lacking();
    not_asked.client_hello.what.renegotiation_info = false;
    CHECK(play(renegotiation_insecure, not_asked).empty());
    Conversation tls13 = lacking(0x0304); // TLS 1.3 has no renegotiation
    CHECK(play(renegotiation_insecure, tls13).empty());
    Conversation sslv2 = lacking(); // SSLv2 has no extensions
    sslv2.server_hello.what.sslv2 = true;
    CHECK(play(renegotiation_insecure, sslv2).empty());
    Conversation unseen = lacking();
    unseen.client_hello = {};
    CHECK(play(renegotiation_insecure, unseen).empty());
}

TEST_CASE("renegotiation_insecure: as the cause")
{
    Conversation refused = lacking();
    end(refused, Side::client, EndReason::alert, "handshake_failure");
    CHECK(fit(renegotiation_insecure, refused) == Fit::good);
    Conversation other = lacking();
    end(other, Side::client, EndReason::alert, "unknown_ca");
    CHECK(fit(renegotiation_insecure, other) == Fit::none);
    Conversation by_server = lacking();
    end(by_server, Side::server, EndReason::alert, "handshake_failure");
    CHECK(fit(renegotiation_insecure, by_server) == Fit::none);
    Conversation asked_again = lacking(); // the server supports it, and the ending has another reason
    const Findings found = play(renegotiation_insecure, asked_again);
    end(asked_again, Side::client, EndReason::alert, "handshake_failure");
    asked_again.server_hello.what.renegotiation_info = true;
    CHECK(renegotiation_insecure.explains(asked_again, found.at(0)) == Fit::none);
}

TEST_CASE("renegotiation_insecure: a renegotiation that was refused")
{
    for (const Side by : {Side::client, Side::server}) {
        Conversation c = completed();
        c.alerts.push_back({at(frames::ending), by, Alert{1, alert_number("no_renegotiation")}, true, false});
        const Findings found = play(renegotiation_insecure, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].frame == frames::ending);
        CHECK(has(found[0].detail, "the " + std::string{name(by)} + " sent no_renegotiation (100)"));
        CHECK(has(found[0].detail, std::string{name(peer(by))} + " began the renegotiation"));
    }
    Conversation again = completed(); // the client's own earlier ClientHello
    again.client_hello.what.renegotiating = true;
    again.alerts.push_back({at(frames::ending), Side::client, Alert{1, alert_number("no_renegotiation")}, true, false});
    CHECK(has(play(renegotiation_insecure, again).at(0).detail, "the client began the renegotiation"));
    Conversation other = completed();
    other.alerts.push_back({at(frames::ending), Side::server, Alert{1, alert_number("user_canceled")}, true, false});
    CHECK(play(renegotiation_insecure, other).empty());
}
