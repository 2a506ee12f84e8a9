// Tests how conversations are found, tracked and ended, packet by packet.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/catalogue.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <algorithm>

namespace tlsdiag {
extern const Diagnosis capture_incomplete;
}

using namespace tlsdiag;
using namespace tlsdiag::wire;
using bytes::cat;
using bytes::text;

static std::string outcome(const Wire &wire)
{
    return std::string{name(wire.only().verdict.outcome)};
}

static std::string cause(const Wire &wire)
{
    const Verdict verdict = wire.only().verdict;
    return verdict.cause ? std::string{id(*verdict.cause)} : "none";
}

TEST_CASE("a full handshake of TLS 1.2 completes with the second Finished")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, server_flight12()).say(Side::client, client_flight12());
    CHECK(outcome(wire) == "unfinished");
    wire.say(Side::server, finished12());
    CHECK(outcome(wire) == "completed");
    CHECK(wire.only().version == 0x0303);
    CHECK(wire.only().client_auth == ClientAuth::none);
    CHECK(wire.only().findings.empty());
    CHECK(wire.only().seconds > 0);
}

TEST_CASE(
    "TLS inside packets of another protocol is followed by what the dissector shows, and nothing of it is missing")
{
    const Octets asks = text("login, encrypted?"), agrees = text("encrypted"), wrapped = text("wrapped");
    for (const bool agreed : {false, true}) {
        Wire wire;
        wire.open();
        if (agreed)
            wire.say(Side::client, asks).say(Side::server, agrees);
        wire.inside(Side::client, wrapped, hello12()).inside(Side::server, wrapped, server_flight12());
        wire.inside(Side::client, wrapped, client_flight12()).inside(Side::server, wrapped, finished12());
        CHECK(outcome(wire) == "completed");
        CHECK(wire.only().findings.empty());
    }
}

TEST_CASE("TLS inside TLS is a conversation of its own")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, server_flight12());
    wire.say(Side::client, client_flight12()).say(Side::server, finished12());
    wire.inside(Side::client, encrypted(300), hello12(), true)
        .inside(Side::server, encrypted(40), alert_record(40), true);
    REQUIRE(wire.capture.results().conversations() == 2);
    CHECK(outcome(wire) == "completed");
    CHECK(wire.capture.results().summary(1).verdict.outcome == Outcome::failed);
}

TEST_CASE("an abbreviated handshake of TLS 1.2 is resumed, and completes with the client's Finished")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, cat(answer12(), finished12()));
    CHECK(outcome(wire) == "unfinished");
    wire.say(Side::client, finished12());
    CHECK(outcome(wire) == "completed");
    CHECK(sentence(wire.only()).find("resumed") != std::string::npos);
}

TEST_CASE("TLS 1.3 completes with the server's first record after the client's Finished, not before")
{
    Wire wire;
    wire.open().say(Side::client, hello13()).say(Side::server, server_flight13());
    wire.say(Side::client, cat(change_cipher_spec(), encrypted(53)));
    CHECK(wire.capture.results().of_frame(wire.frame() - 1).empty());
    wire.say(Side::server, encrypted(250));
    CHECK(outcome(wire) == "completed");
    CHECK(wire.only().verdict.at.frame == wire.frame() - 1);
}

TEST_CASE("TLS 1.3 is complete at the end where only the client spoke last")
{
    Wire wire;
    wire.open().say(Side::client, hello13()).say(Side::server, server_flight13());
    wire.say(Side::client, cat(change_cipher_spec(), encrypted(53), encrypted(100)))
        .close(Side::client)
        .close(Side::server);
    CHECK(outcome(wire) == "completed");
    CHECK(wire.only().verdict.certainty == Certainty::guess);
}

TEST_CASE("TLS 1.3: an alert-sized record alone proves no completion")
{
    const Octets with_request = cat(answer13(), change_cipher_spec(), encrypted(23), encrypted(85), encrypted(1200),
                                    encrypted(281), encrypted(53));
    const Octets certificate = cat(change_cipher_spec(), encrypted(1000), encrypted(281), encrypted(53));
    struct Case {
        const char *story;
        void (*play)(Wire &, const Octets &, const Octets &);
        const char *outcome;
        Certainty certainty;
    };
    const Case cases[] = {
        {"no client certificate, and the server's only record is alert-sized",
         [](Wire &w, const Octets &, const Octets &) {
             w.say(Side::server, server_flight13()).say(Side::client, cat(change_cipher_spec(), encrypted(53)));
             w.say(Side::server, encrypted(19)).close(Side::server).close(Side::client);
         },
         "completed", Certainty::guess},
        {"the client left first",
         [](Wire &w, const Octets &flight, const Octets &own) {
             w.say(Side::server, flight).say(Side::client, own).say(Side::client, encrypted(19)).close(Side::client);
             w.say(Side::server, encrypted(35)).close(Side::server);
         },
         "completed", Certainty::guess},
        {"the server sends a ticket first",
         [](Wire &w, const Octets &flight, const Octets &own) {
             w.say(Side::server, flight).say(Side::client, own).say(Side::client, encrypted(19)).close(Side::client);
             w.say(Side::server, encrypted(250)).say(Side::server, encrypted(19)).close(Side::server);
         },
         "completed", Certainty::proven},
        {"a server that closes an idle connection after a while",
         [](Wire &w, const Octets &flight, const Octets &own) {
             w.say(Side::server, flight).say(Side::client, own).wait(10).close(Side::server).close(Side::client);
         },
         "completed", Certainty::guess},
        {"the same, and the sizes tell nothing",
         [](Wire &w, const Octets &, const Octets &) {
             w.say(Side::server, cat(answer13(), change_cipher_spec(), encrypted(4313)));
             w.say(Side::client, cat(change_cipher_spec(), encrypted(63))).wait(10).close(Side::server);
             w.wait(15).close(Side::client);
         },
         "completed", Certainty::guess},
        {"a server that closes at once",
         [](Wire &w, const Octets &flight, const Octets &own) {
             w.say(Side::server, flight).say(Side::client, own).close(Side::server).close(Side::client);
         },
         "failed", Certainty::guess},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        Wire wire;
        wire.open().say(Side::client, hello13());
        one.play(wire, with_request, certificate);
        CHECK(outcome(wire) == one.outcome);
        CHECK(wire.only().verdict.certainty == one.certainty);
    }
}

TEST_CASE("a HelloRetryRequest is a stage: nothing of the server's flight was sent")
{
    const Octets record = handshake_record(bytes::server_hello(bytes::hello_retry_request(0x0017)));
    Wire wire;
    wire.open().say(Side::client, hello13()).say(Side::server, record).say(Side::client, hello13());
    SECTION("a close after the second ClientHello")
    {
        wire.close(Side::server);
        CHECK(cause(wire) == "tcp_closed_during_handshake");
        CHECK(sentence(wire.only()).find("after the second ClientHello") != std::string::npos);
    }
    SECTION("a second one")
    {
        wire.say(Side::server, record).say(Side::client, alert_record(10)).close(Side::client);
        CHECK(cause(wire) == "hello_retry_invalid");
        CHECK(wire.only().verdict.certainty == Certainty::proven);
    }
    SECTION("the server goes on")
    {
        wire.say(Side::server, server_flight13()).say(Side::client, cat(change_cipher_spec(), encrypted(53)));
        wire.say(Side::server, encrypted(250));
        CHECK(outcome(wire) == "completed");
    }
}

TEST_CASE("a heartbeat in clear that asks for more than it sends")
{
    const auto beat = [](std::uint16_t payload, std::size_t sent) {
        return bytes::record(24, 0x0302, cat(bytes::u8(1), bytes::u16(payload), bytes::filled(sent)));
    };
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, server_flight12());
    SECTION("a probe, and the answer")
    {
        wire.say(Side::client, beat(0x4000, 0)).say(Side::server, bytes::record(24, 0x0302, bytes::filled(16384)));
        wire.wait(5).close(Side::client).close(Side::server);
        CHECK(cause(wire) == "heartbleed_probe");
    }
    SECTION("an honest one")
    {
        wire.say(Side::client, beat(4, 20)).close(Side::client).close(Side::server);
        CHECK(cause(wire) == "tcp_closed_during_handshake");
    }
}

TEST_CASE("False Start: a client that closes after its own Finished gave up")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, server_flight12()).say(Side::client, client_flight12());
    wire.say(Side::client, encrypted(60)).close(Side::client).close(Side::server);
    CHECK(outcome(wire) == "abandoned");
    CHECK(cause(wire) == "client_abandoned");
}

TEST_CASE("silence after the client's certificate does not mean that it refused the server's")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, server_flight12());
    wire.say(Side::client, client_flight12()).wait(20).close(Side::client).close(Side::server);
    CHECK(outcome(wire) == "failed");
    CHECK(cause(wire) == "handshake_stalled");
}

TEST_CASE("an alert-sized record after the client's certificate is a refusal")
{
    Wire wire;
    wire.open().say(Side::client, hello13());
    wire.say(Side::server, cat(answer13(), change_cipher_spec(), encrypted(23), encrypted(85), encrypted(1200),
                               encrypted(281), encrypted(53)));
    wire.say(Side::client, cat(change_cipher_spec(), encrypted(1000), encrypted(281), encrypted(53)));
    wire.say(Side::server, encrypted(19)).close(Side::server);
    CHECK(outcome(wire) == "failed");
    CHECK(cause(wire) == "refused_after_completion");
}

TEST_CASE("the first decisive thing ends a handshake")
{
    struct Case {
        const char *what;
        void (*play)(Wire &);
        const char *outcome, *cause;
    };
    const Case cases[] = {
        {"an alert", [](Wire &w) { w.say(Side::server, alert_record(40)).close(Side::server); }, "failed",
         "handshake_failure_unexplained"},
        {"a FIN, then an alert as its echo",
         [](Wire &w) { w.close(Side::server).say(Side::client, alert_record(80)).close(Side::client); }, "failed",
         "tcp_closed_during_handshake"},
        {"a reset", [](Wire &w) { w.reset(Side::server); }, "failed", "tcp_reset_during_handshake"},
        {"a FIN of the client at once", [](Wire &w) { w.close(Side::client).close(Side::server); }, "abandoned",
         "client_abandoned"},
        {"plain text", [](Wire &w) { w.say(Side::server, text("220 mail.example ESMTP\r\n")); }, "failed",
         "not_tls_peer"},
        {"silence that the client ends", [](Wire &w) { w.wait(10).close(Side::client); }, "failed", "no_server_reply"},
        {"silence to the end", [](Wire &w) { w.wait(10).other_packet(); }, "failed", "no_server_reply"},
        {"the capture's end", [](Wire &w) { w.wait(1).other_packet(); }, "unfinished", "none"},
    };
    for (const Case &one : cases) {
        INFO(one.what);
        Wire wire;
        wire.open().say(Side::client, hello12());
        one.play(wire);
        CHECK(outcome(wire) == one.outcome);
        CHECK(cause(wire) == one.cause);
    }
}

TEST_CASE("data that nobody acknowledged or sent again has its sequel outside of the capture")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).unacknowledged(Side::server, server_flight12());
    wire.wait(100).other_packet();
    CHECK(outcome(wire) == "unfinished");

    Wire sent_again;
    sent_again.open().say(Side::client, hello12()).unacknowledged(Side::server, server_flight12());
    sent_again.again(Side::server, server_flight12()).wait(100).other_packet();
    CHECK(outcome(sent_again) == "failed");
    CHECK(cause(sent_again) == "handshake_stalled");
}

TEST_CASE("a ClientHello is found wherever a segment begins with it")
{
    SECTION("after STARTTLS")
    {
        Wire wire{25};
        wire.open().say(Side::server, text("220 mail\r\n")).say(Side::client, text("STARTTLS\r\n"));
        wire.say(Side::server, text("220 go ahead\r\n"))
            .say(Side::client, hello12())
            .say(Side::server, alert_record(70));
        CHECK(cause(wire) == "version_mismatch");
    }
    SECTION("byte by byte")
    {
        Wire wire;
        wire.open();
        for (const std::uint8_t byte : hello12())
            wire.say(Side::client, {byte});
        wire.say(Side::server, alert_record(70));
        REQUIRE(wire.capture.results().conversations() == 1);
        CHECK(wire.only().sni == "host.example");
        CHECK(cause(wire) == "version_mismatch");
    }
    SECTION("never in text that only looks a little like it")
    {
        Wire wire;
        wire.open().say(Side::client, text("\x16\x03 nothing of that kind")).say(Side::server, text("ok"));
        CHECK(wire.capture.results().conversations() == 0);
    }
}

TEST_CASE("plain text on a TLS port is a conversation when the server shows that it wants TLS")
{
    const Octets request = text("GET / HTTP/1.1\r\nHost: host.example\r\n\r\n");
    SECTION("by a TLS alert")
    {
        Wire wire{8080};
        wire.open().say(Side::client, request).say(Side::server, alert_record(10));
        CHECK(cause(wire) == "not_tls_peer");
    }
    SECTION("by closing on a port that is TLS's")
    {
        Wire wire;
        wire.open().say(Side::client, request).close(Side::server);
        CHECK(cause(wire) == "not_tls_peer");
    }
    SECTION("but not by closing on another port")
    {
        Wire wire{8080};
        wire.open().say(Side::client, request).close(Side::server);
        CHECK(wire.capture.results().conversations() == 0);
    }
    SECTION("nor by an answer in plain text")
    {
        Wire wire;
        wire.open().say(Side::client, request).say(Side::server, text("HTTP/1.1 200 OK\r\n\r\n"));
        CHECK(wire.capture.results().conversations() == 0);
    }
}

TEST_CASE("what the capture hides is not claimed")
{
    SECTION("one direction only")
    {
        Wire wire;
        wire.unacknowledged(Side::client, hello12())
            .unacknowledged(Side::client, client_flight12())
            .close(Side::client);
        CHECK(outcome(wire) == "unseen");
        CHECK(cause(wire) == "none");
    }
    SECTION("bytes of the server's flight")
    {
        Wire wire;
        wire.open().say(Side::client, hello12()).say(Side::server, answer12()).skip(Side::server, 3000);
        wire.close(Side::client).close(Side::server);
        CHECK(outcome(wire) == "unseen");
    }
    SECTION("the beginning")
    {
        Wire wire;
        wire.say(Side::server, server_flight12()).say(Side::client, client_flight12()).say(Side::server, finished12());
        REQUIRE(wire.capture.results().conversations() == 1);
        CHECK(endpoint_text(wire.only().server) == "10.0.0.2:443");
        CHECK(wire.only().verdict.outcome != Outcome::failed);
    }
}

TEST_CASE("a RST after a FIN lacks nothing")
{
    for (const bool really : {false, true}) {
        CAPTURE(really);
        Wire wire;
        wire.open().say(Side::client, hello13()).say(Side::server, server_flight13());
        wire.say(Side::client, cat(change_cipher_spec(), encrypted(53)));
        if (really)
            wire.skip(Side::client, 1);
        wire.close(Side::client);
        wire.skip(Side::client, -1u).unacknowledged(Side::server, encrypted(19)); // has not received the FIN yet
        wire.skip(Side::client, 1).reset(Side::client);
        const std::vector<Finding> findings = wire.only().findings;
        const bool gap =
            std::ranges::any_of(findings, [](const Finding &one) { return one.diagnosis == &capture_incomplete; });
        CHECK(gap == really);
    }
}

TEST_CASE("a readable alert counts even where bytes are missing")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, answer12()).skip(Side::server, 3000);
    wire.say(Side::client, alert_record(48)).close(Side::client);
    CHECK(outcome(wire) == "failed");
}

TEST_CASE("DTLS: a silent server is silence only where the client sent its hello again")
{
    const Octets body = bytes::client_hello_body(bytes::tls12_client());
    const auto hello = [&](std::uint64_t sequence) {
        return bytes::dtls_record(22, 0xfefd, 0, sequence, bytes::dtls_handshake(1, 0, body));
    };
    Wire once;
    once.datagram(Side::client, hello(0)).wait(10).other_packet();
    CHECK(outcome(once) == "unseen");

    Wire twice;
    twice.datagram(Side::client, hello(0)).wait(1).datagram(Side::client, hello(1)).wait(10).other_packet();
    CHECK(outcome(twice) != "completed");
}

TEST_CASE("decrypted messages are taken where the core sees only records")
{
    Wire wire;
    wire.open().say(Side::client, hello13()).say(Side::server, cat(answer13(), change_cipher_spec()));
    wire.decrypted(Side::server, encrypted(85), bytes::certificate_request13({}));
    CHECK(wire.only().client_auth == ClientAuth::requested);
}

TEST_CASE("asking how it stands does not change how it goes on")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).wait(10).other_packet();
    CHECK(outcome(wire) == "failed");
    wire.capture.end();
    CHECK(wire.capture.results().of_frame(wire.frame() - 1).size() == 1); // the conversation's last frame
    wire.say(Side::server, server_flight12()).say(Side::client, client_flight12()).say(Side::server, finished12());
    CHECK(outcome(wire) == "completed");
    CHECK(wire.only().findings.empty());
}

TEST_CASE("frames belong to their conversation, also after it has ended, and TCP's opening before it began")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, alert_record(40)).reset(Side::server);
    const std::uint32_t reset = wire.frame();
    wire.wait(60).other_packet();
    wire.close(Side::client);
    CHECK(wire.capture.results().conversations_of(1) == std::vector<std::uint32_t>{0}); // SYN
    CHECK(wire.capture.results().conversations_of(2) == std::vector<std::uint32_t>{0}); // SYN, ACK
    CHECK(wire.capture.results().conversations_of(reset) == std::vector<std::uint32_t>{0});
    CHECK(wire.capture.results().conversations_of(wire.frame()) == std::vector<std::uint32_t>{0});
    CHECK(outcome(wire) == "failed");
}
