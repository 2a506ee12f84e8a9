// Tests how requests for TLS (STARTTLS and the like) and their answers are recognized.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/starttls.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

using namespace tlsdiag;
using namespace tlsdiag::wire;
using bytes::text;

static bool refused(const std::string &asked, const std::string &answer)
{
    return refuses_starttls(text(asked), text(answer));
}

TEST_CASE("who asks for TLS, and what refuses it")
{
    using namespace std::string_literals;
    const std::string ssl_request = "\x00\x00\x00\x08\x04\xd2\x16\x2f"s;
    const std::string ldap_request = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"s + "1.3.6.1.4.1.1466.20037";
    const std::string rdp_request = "\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00"s;
    CHECK(refused("STARTTLS\r\n", "454 4.7.0 TLS not available\r\n"));
    CHECK(refused("starttls\r\n", "502 5.5.1 Unrecognized command\r\n"));
    CHECK(refused("a1 STARTTLS\r\n", "a1 BAD unknown command\r\n"));
    CHECK(refused("STLS\r\n", "-ERR not supported\r\n"));
    CHECK(refused("AUTH TLS\r\n", "530 Please login with USER and PASS.\r\n"));
    CHECK(refused("CONNECT host.example:443 HTTP/1.1\r\n", "HTTP/1.1 403 Filtered\r\n"));
    CHECK(refused("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<failure xmlns='urn:ietf:...'/>"));
    CHECK(refused(ssl_request, "N"));
    CHECK(refused(ldap_request, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00"s));
    CHECK(refused(rdp_request, "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x03\x00\x08\x00\x02\x00\x00\x00"s));
}

TEST_CASE("a yes, an answer that only announces one, and what nobody asked for refuse nothing")
{
    using namespace std::string_literals;
    CHECK_FALSE(refused("STARTTLS\r\n", "220 ready\r\n"));
    CHECK_FALSE(refused("a1 STARTTLS\r\n", "a1 OK begin\r\n"));
    CHECK_FALSE(refused("AUTH TLS\r\n", "234 go ahead\r\n"));
    CHECK_FALSE(refused("CONNECT host.example:443 HTTP/1.1\r\n", "HTTP/1.1 200 Connection established\r\n"));
    CHECK_FALSE(refused("CONNECT host.example:443 HTTP/1.1\r\n", "HTTP/1.1 100 Continue\r\n"));
    CHECK_FALSE(refused("CONNECT host.example:22 HTTP/1.1\r\n", "HTTP/1.1 403 Filtered\r\n"));
    CHECK_FALSE(refused("\x00\x00\x00\x08\x04\xd2\x16\x2f"s, "S"));
    CHECK_FALSE(refused("\x30\x1d\x02\x01\x01\x77\x18\x80\x16"s + "1.3.6.1.4.1.1466.20037",
                        "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"s));
    CHECK_FALSE(refused("EHLO host.example\r\n", "502 5.5.1 Unrecognized command\r\n"));
    CHECK_FALSE(refused("GET / HTTP/1.1\r\n", "HTTP/1.1 403 Forbidden\r\n"));
    CHECK_FALSE(refused("DATA\r\n", "554 no valid recipients\r\n"));
    CHECK_FALSE(
        refused("\x30\x1d\x02\x01\x01\x77\x18\x80\x16"s + "1.3.6.1.4.1.1466.20037", "\x30\x0c\x02\x01\x01\x78"s));
    CHECK_FALSE(refused("", ""));
}

TEST_CASE("a refused upgrade is a conversation, and stands unless the client asks again")
{
    const std::string connect = "CONNECT host.example:443 HTTP/1.1\r\n\r\n";
    const std::string wants_login = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
    Wire wire{3128};
    wire.open().say(Side::client, text(connect)).say(Side::server, text(wants_login));
    SECTION("the client leaves")
    {
        wire.close(Side::client).close(Side::server);
        CHECK(name(wire.only().verdict.outcome) == "failed");
        CHECK(wire.only().verdict.sentence.find("refused STARTTLS") != std::string::npos);
        CHECK(wire.capture.results().conversations() == 1);
    }
    SECTION("the capture ends at once")
    {
        CHECK(name(wire.only().verdict.outcome) == "unfinished");
    }
    SECTION("nothing more comes")
    {
        wire.wait(4).other_packet();
        CHECK(name(wire.only().verdict.outcome) == "failed");
    }
    SECTION("the client goes on in plain text")
    {
        wire.say(Side::client, text("GET / HTTP/1.1\r\n\r\n"));
        CHECK(wire.only().verdict.at.frame == wire.frame() - 1);
    }
    SECTION("the client asks again, and gets it")
    {
        wire.say(Side::client, text(connect)).say(Side::server, text("HTTP/1.1 200 OK\r\n\r\n"));
        wire.say(Side::client, hello12()).say(Side::server, server_flight12());
        wire.say(Side::client, client_flight12()).say(Side::server, finished12());
        CHECK(name(wire.only().verdict.outcome) == "completed");
        CHECK(wire.capture.results().conversations() == 1);
    }
}

TEST_CASE("a plain session that never asked for TLS is no conversation")
{
    Wire wire{25};
    wire.open().say(Side::server, text("220 mail\r\n")).say(Side::client, text("EHLO host.example\r\n"));
    wire.say(Side::server, text("502 no\r\n")).close(Side::client).close(Side::server);
    CHECK(wire.capture.results().conversations() == 0);
}

TEST_CASE("a long plain request that the server answers is no conversation, also where facts are kept")
{
    for (const bool facts : {false, true}) {
        CAPTURE(facts);
        Wire wire{8443};
        if (facts)
            wire.capture.keep_metrics();
        wire.open().say(Side::client, text("PUT /image HTTP/1.1\r\nHost: host.example\r\n\r\n"));
        for (int kilobyte = 0; kilobyte < 300; ++kilobyte) // past TcpTlsStart::max_plaintext
            wire.say(Side::client, bytes::filled(1024, 'x'));
        wire.say(Side::server, text("HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n")).close(Side::server);
        CHECK(wire.capture.results().conversations() == 0);
    }
}
