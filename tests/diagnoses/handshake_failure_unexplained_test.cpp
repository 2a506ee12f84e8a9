// Tests the diagnosis handshake_failure_unexplained.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis handshake_failure_unexplained, no_shared_cipher, fatal_alert, renegotiation_insecure,
    tcp_closed_during_handshake;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("handshake_failure_unexplained: lists what it can be")
{
    Conversation c = hello();
    end(c, Side::server, EndReason::alert, "handshake_failure");
    const Findings found = play(handshake_failure_unexplained, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    for (const char *part :
         {"handshake_failure (40) from the server after the ClientHello", "4 cipher suites", "x25519",
          "TLS 1.3, TLS 1.2", "host.example", "no certificate on the server that fits the offer"})
        CHECK(has(found[0].detail, part));
    CHECK(found[0].detail.size() <= 320);
    CHECK(handshake_failure_unexplained.explains(c, found[0]) == Fit::vague);
}

TEST_CASE("handshake_failure_unexplained: which endings")
{
    struct Case {
        const char *story;
        Side by;
        const char *alert;
        bool fires;
    };
    const Case cases[] = {
        {"the client, after the server's flight", Side::client, "handshake_failure", true},
        {"the server, after the client's", Side::server, "handshake_failure", true},
        {"internal_error", Side::server, "internal_error", true},
        {"decrypt_error", Side::client, "decrypt_error", true},
        {"bad_record_mac", Side::server, "bad_record_mac", true},
        {"decode_error", Side::client, "decode_error", true},
        {"a certificate's alert, and nothing says more", Side::client, "unknown_ca", true},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        Conversation c = failed_by(one.by, one.alert);
        const Findings found = play(handshake_failure_unexplained, c);
        REQUIRE(found.size() == (one.fires ? 1 : 0));
        CHECK(found[0].certainty == Certainty::guess);
    }
    Conversation closed = answered();
    end(closed, Side::server, EndReason::closed);
    play(tcp_closed_during_handshake, closed);
    CHECK(play(handshake_failure_unexplained, closed).empty());
    Conversation cut_short = hello();
    cut_short.client_hello = {};
    cut_short.stage = Stage::nothing;
    end(cut_short, Side::client, EndReason::closed);
    CHECK(play(handshake_failure_unexplained, cut_short).size() == 1);
    Conversation hidden = answered();
    end(hidden, Side::server, EndReason::closed);
    hidden.gaps.bytes_missing[Side::server] = 10;
    CHECK(play(handshake_failure_unexplained, hidden).empty()); // not failed: unseen
    Conversation fine = completed();
    CHECK(play(handshake_failure_unexplained, fine).empty());
    Conversation eap = answered();
    end(eap, Side::server, EndReason::eap_failure);
    CHECK(play(handshake_failure_unexplained, eap).size() == 1);
    Conversation quic = answered(0x0304);
    end(quic, Side::server, EndReason::quic_close);
    quic.ending.quic_code = 0x0a;
    CHECK(has(play(handshake_failure_unexplained, quic).at(0).detail, "CONNECTION_CLOSE with error"));
}

TEST_CASE("handshake_failure_unexplained: what it can be, by who ends it and when")
{
    const auto said = [](Conversation c, Side by) {
        end(c, by, EndReason::alert, "handshake_failure");
        return play(handshake_failure_unexplained, c).at(0).detail;
    };
    CHECK(has(said(hello(), Side::server), "the 4 cipher suites"));
    CHECK(has(said(hello(), Side::server), "the version"));
    CHECK_FALSE(has(said(hello(), Side::client), "cipher suites"));
    CHECK_FALSE(has(said(answered(), Side::server), "cipher suites"));
    Conversation with_certificate = answered();
    with_chain(with_certificate, Side::server, {pki::self_signed("printer")});
    CHECK(has(said(with_certificate, Side::client), "the server's certificate or its signature"));
    CHECK_FALSE(has(said(answered(), Side::client), "certificate"));
    CHECK_FALSE(has(said(answered(), Side::server), "the server's certificate"));
    CHECK(has(said(answered(0x0304), Side::client), "the server's certificate or its signature")); // encrypted

    Conversation retried = hello();
    retried.hello_retry_request.at = at(frames::server_hello);
    retried.stage = Stage::hello_retry;
    CHECK(has(said(retried, Side::client), "the group or the cookie that the HelloRetryRequest asks for"));
    retried.stage = Stage::second_hello;
    CHECK(has(said(retried, Side::server), "the key share or the cookie in the second ClientHello"));
    CHECK_FALSE(has(said(retried, Side::client), "certificate"));
}

TEST_CASE("handshake_failure_unexplained: a certificate that was refused and is not in the capture")
{
    for (const Side by : {Side::client, Side::server}) {
        const auto said = [by](auto change) {
            Conversation c = answered();
            change(c);
            end(c, by, EndReason::alert, "unknown_ca");
            return play(handshake_failure_unexplained, c).at(0).detail;
        };
        const char *const lacks = "certificate or its signature, which the capture lacks";
        CHECK(has(said([](Conversation &c) { c.transport = Transport::dtls; }), lacks));
        CHECK(has(said([](Conversation &c) { c.gaps.started_midway = true; }), lacks));
        CHECK_FALSE(has(said([](Conversation &) {}), lacks));
    }
}

TEST_CASE("handshake_failure_unexplained: silent where another finding explains it")
{
    Conversation c = hello();
    c.client_hello.what.cipher_suites = {0x0005};
    end(c, Side::server, EndReason::alert, "handshake_failure");
    REQUIRE(play(no_shared_cipher, c).size() == 1);
    CHECK(play(handshake_failure_unexplained, c).empty());
}

TEST_CASE("handshake_failure_unexplained: a symptom explains nothing")
{
    Conversation c = failed_by(Side::server, "handshake_failure");
    REQUIRE(play(fatal_alert, c).size() == 1);
    CHECK(play(handshake_failure_unexplained, c).size() == 1);
}

TEST_CASE("handshake_failure_unexplained: a server without RFC 5746 is a reason")
{
    Conversation c = failed_by(Side::client, "handshake_failure");
    c.server_hello.what.renegotiation_info = false;
    c.client_hello.what.renegotiation_info = true;
    play(renegotiation_insecure, c);
    CHECK(play(handshake_failure_unexplained, c).empty());
    Conversation tls13 = failed_by(Side::client, "handshake_failure", 0x0304);
    CHECK(play(handshake_failure_unexplained, tls13).size() == 1);
}
