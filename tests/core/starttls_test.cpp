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

static std::string rdp(std::uint8_t x224, std::uint8_t type, std::uint8_t value, std::string before = {},
                       std::string after = {})
{
    const std::string negotiation{static_cast<char>(type), 0, 8, 0, static_cast<char>(value), 0, 0, 0};
    const std::string header{3, 0, 0, 0x13, 0x0e, static_cast<char>(x224), 0, 0, 0, 0, 0};
    return header + before + (type ? negotiation : "") + after;
}

TEST_CASE("RDP: which security both sides want")
{
    const std::string cookie = "Cookie: mstshash=user\r\n", correlation(36, '\x06');
    for (const std::string &asked :
         {rdp(0xe0, 1, 1), rdp(0xe0, 1, 3, cookie), rdp(0xe0, 1, 0x0b, cookie, correlation)}) {
        CHECK(asks_for_starttls(text(asked)) == "RDP");
        CHECK_FALSE(refused(asked, rdp(0xd0, 2, 1)));
        CHECK_FALSE(refused(asked, rdp(0xd0, 2, 2)));
        CHECK(refused(asked, rdp(0xd0, 2, 0))); // standard security
        CHECK(refused(asked, rdp(0xd0, 0, 0))); // by a server that does not negotiate
        CHECK(refused(asked, rdp(0xd0, 3, 5)));
    }
    const std::string standard = rdp(0xe0, 1, 0, cookie);
    CHECK_FALSE(refused(standard, rdp(0xd0, 2, 0)));
    CHECK_FALSE(refused(standard, rdp(0xd0, 0, 0)));
    CHECK(refused(standard, rdp(0xd0, 3, 1)));
    CHECK(asks_for_starttls(text(rdp(0xe0, 0, 0, cookie))).empty());
    CHECK(asks_for_starttls(text(rdp(0xe0, 1, 1).substr(0, 14))).empty());
}

TEST_CASE("what a refusal says, and who lacks something")
{
    using namespace std::string_literals;
    using Lack = StarttlsRefusal::Lack;
    const std::string ldap_request = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"s + "1.3.6.1.4.1.1466.20037";
    struct Case {
        std::string asked, answer, words;
        Lack lack;
    };
    for (const Case &one :
         {Case{rdp(0xe0, 1, 0), rdp(0xd0, 3, 1), "SSL_REQUIRED_BY_SERVER (1)", Lack::client},
          Case{rdp(0xe0, 1, 1), rdp(0xd0, 3, 2), "SSL_NOT_ALLOWED_BY_SERVER (2)", Lack::server},
          Case{rdp(0xe0, 1, 1), rdp(0xd0, 3, 3), "SSL_CERT_NOT_ON_SERVER (3)", Lack::server},
          Case{rdp(0xe0, 1, 1), rdp(0xd0, 3, 5), "Network Level Authentication", Lack::client},
          Case{rdp(0xe0, 1, 1), rdp(0xd0, 3, 6), "client certificate", Lack::client},
          Case{rdp(0xe0, 1, 1), rdp(0xd0, 3, 9), "code 9", Lack::server},
          Case{rdp(0xe0, 1, 1), rdp(0xd0, 2, 0), "standard RDP security", Lack::server},
          Case{ldap_request, "\x30\x14\x02\x01\x01\x78\x0f\x0a\x01\x34\x04\x00\x04\x08"s + "no TLS :",
               "LDAP result 52 (unavailable), \"no TLS :\"", Lack::server},
          Case{ldap_request, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02"s, "LDAP result 2 (protocolError", Lack::server},
          Case{"CONNECT a:443 HTTP/1.1\r\n", "HTTP/1.1 502 Bad Gateway\r\n", "could not reach", Lack::proxy},
          Case{"CONNECT a:443 HTTP/1.1\r\n", "HTTP/1.1 403 Filtered\r\n", "rules", Lack::proxy},
          Case{"CONNECT a:443 HTTP/1.1\r\n", "HTTP/1.1 407 Login\r\n", "credentials", Lack::client},
          Case{"\x00\x00\x00\x08\x04\xd2\x16\x2f"s, "N", "no TLS", Lack::server},
          Case{"STARTTLS\r\n", "454 no\r\n", "\"454 no\"", Lack::server}}) {
        INFO(one.words);
        const StarttlsRefusal refusal = read_refusal(text(one.asked), text(one.answer));
        CHECK(refusal.words.find(one.words) != std::string::npos);
        CHECK(refusal.lack == one.lack);
    }
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
        CHECK(wire.only().verdict.sentence.find("TLS did not start") != std::string::npos);
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
