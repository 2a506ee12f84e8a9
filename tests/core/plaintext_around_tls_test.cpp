// Tests what is said in plain text before, instead of and after TLS on a TCP stream, and what counts as lost.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

using namespace tlsdiag;
using namespace tlsdiag::wire;
using bytes::cat, bytes::from_hex, bytes::text;

static bool found(const Wire &wire, std::string_view id)
{
    const Summary summary = wire.only();
    return std::ranges::any_of(summary.findings, [&](const Finding &one) { return one.diagnosis->title == id; });
}
static const char *const incomplete = "The capture does not contain the whole handshake";
static const char *const goes_on = "One side goes on in plain text after TLS began";
static const char *const no_tls_peer = "One side does not speak TLS";
static const char *const proxy_header = "The server does not expect the PROXY protocol header";

static void completes12(Wire &wire)
{
    wire.say(Side::client, hello12()).say(Side::server, server_flight12());
    wire.say(Side::client, client_flight12()).say(Side::server, finished12());
}

static const Octets mysql_greeting = cat(from_hex("4a0000000a"), text("5.7.16"), bytes::filled(67, 0x11));
static const Octets ssl_request = cat(from_hex("2000000184aabf00"), bytes::filled(28, 0));
static const Octets proxy_v2 = from_hex("0d0a0d0a000d0a515549540a2111000c7f0000097f0000019c4001bb");

TEST_CASE("two things that a side says in a row are no loss")
{
    struct Case {
        const char *what;
        std::vector<std::pair<Side, Octets>> before;
    };
    const Case cases[] = {
        {"MySQL", {{Side::server, mysql_greeting}, {Side::client, ssl_request}}},
        {"PROXY, version 1", {{Side::client, text("PROXY TCP4 10.0.0.9 10.0.0.2 40000 443\r\n")}}},
        {"PROXY, version 2", {{Side::client, proxy_v2}}},
        {"a line", {{Side::client, text("XHELLO app\n")}}},
        {"STARTTLS",
         {{Side::server, text("220 mail\r\n")},
          {Side::client, text("STARTTLS\r\n")},
          {Side::server, text("220 go\r\n")}}},
        {"a greeting of a server that speaks TLS all the same", {{Side::server, text("hello there\n")}}},
    };
    for (const Case &one : cases) {
        INFO(one.what);
        Wire wire{3306};
        wire.open();
        for (const auto &[side, words] : one.before)
            wire.say(side, words);
        completes12(wire);
        CHECK(name(wire.only().verdict.outcome) == "completed");
        CHECK_FALSE(found(wire, incomplete));
    }
}

TEST_CASE("a header or request in the same segment as the ClientHello")
{
    for (const Octets &before :
         {text("PROXY TCP4 10.0.0.9 10.0.0.2 40000 443\r\n"), proxy_v2, ssl_request, text("XHELLO app\n")}) {
        INFO(before.size() << " bytes before it");
        Wire wire{3306};
        wire.open();
        wire.say(Side::client, cat(before, hello12())).say(Side::server, server_flight12());
        wire.say(Side::client, client_flight12()).say(Side::server, finished12());
        CHECK(name(wire.only().verdict.outcome) == "completed");
        CHECK_FALSE(found(wire, incomplete));
    }
    Wire wire; // a ClientHello inside other data is none
    wire.open().say(Side::client, cat(text("POST / HTTP/1.1\r\n\r\n"), hello12(), text("more")));
    CHECK(wire.capture.results().conversations() == 0);
}

TEST_CASE("what the client had received before its ClientHello is plain text, also if the capture lacks it")
{
    Wire wire{25};
    wire.open().say(Side::client, text("STARTTLS\r\n")).skip(Side::server, 8);
    completes12(wire);
    for (int i = 0; i < 20; ++i) // until what is missing is not waited for any longer
        wire.say(Side::client, bytes::record(23, 0x0303, bytes::filled(40, 0xfa)));
    CHECK(name(wire.only().verdict.outcome) == "completed");
}

TEST_CASE("a capture without SYN: the server's bytes start where the ClientHello acknowledges")
{
    Wire wire;
    wire.unacknowledged(Side::client, hello12()).skip(Side::server, 2'920);
    wire.say(Side::server, bytes::filled(885, 0x47));
    wire.say(Side::client, client_flight12()).say(Side::server, finished12());
    CHECK(name(wire.only().verdict.outcome) == "completed");
    CHECK(found(wire, incomplete));
    CHECK_FALSE(found(wire, no_tls_peer));
}

TEST_CASE("a ClientHello that is lost: the SYN tells who the client is")
{
    for (const bool reordered : {false, true}) {
        INFO(reordered);
        Wire wire;
        wire.open().skip(Side::client, 213);
        if (reordered)
            wire.unacknowledged(Side::server, server_flight12()).unacknowledged(Side::client, alert_record(44));
        else
            wire.say(Side::server, server_flight12()).say(Side::client, alert_record(44));
        wire.close(Side::client).close(Side::server);
        const Summary summary = wire.only();
        CHECK(summary.client.port == 40000);
        CHECK(name(summary.verdict.outcome) == "failed");
        CHECK(summary.verdict.sentence.starts_with("The client "));
        CHECK(summary.ended_by == Side::client);
        CHECK(summary.version == 0x0303); // the server's flight is read before its refusal
        const auto lost = std::ranges::find_if(summary.findings,
                                               [](const Finding &one) { return one.diagnosis->title == incomplete; });
        REQUIRE(lost != summary.findings.end());
        CHECK(lost->detail.find("the ClientHello is missing") != std::string::npos);
        CHECK(lost->detail.find("begins in the middle") == std::string::npos);
    }
}

TEST_CASE("an alert of the side that opened the connection does not refuse plain text")
{
    Wire wire;
    wire.open().say(Side::server, text("220 hello\r\n")).say(Side::client, alert_record(10));
    wire.close(Side::client).close(Side::server);
    CHECK(wire.capture.results().conversations() == 0);
}

TEST_CASE("data behind a hole that was not acknowledged is not read")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).skip(Side::server, 2'920);
    wire.unacknowledged(Side::server, finished12());
    CHECK(name(wire.only().verdict.outcome) != "completed");
}

TEST_CASE("a server that speaks first is no TLS server, whenever the ClientHello comes")
{
    for (const bool greets_first : {true, false})
        for (const char *const ending : {"FIN", "RST", "alert"}) {
            INFO(greets_first << " " << ending);
            Wire wire{3306};
            wire.open();
            if (greets_first)
                wire.say(Side::server, mysql_greeting).say(Side::client, hello12());
            else
                wire.say(Side::client, hello12()).say(Side::server, mysql_greeting);
            if (ending == std::string_view{"alert"})
                wire.say(Side::client, alert_record(10));
            else
                ending == std::string_view{"FIN"} ? wire.close(Side::client) : wire.reset(Side::client);
            CHECK(name(wire.only().verdict.outcome) == "failed");
            REQUIRE(wire.only().verdict.cause);
            CHECK(wire.only().verdict.cause->title == no_tls_peer);
        }
}

TEST_CASE("a PROXY header that the server does not expect")
{
    Wire wire{8443};
    wire.open().say(Side::client, text("PROXY TCP4 10.0.0.9 10.0.0.2 40000 443\r\n"));
    SECTION("plain text before the ClientHello")
    {
        wire.say(Side::server, text("HTTP/1.1 400 Bad Request\r\n\r\n")).close(Side::server);
        wire.unacknowledged(Side::client, hello12()).reset(Side::client);
        CHECK(wire.only().verdict.certainty == Certainty::proven);
    }
    SECTION("plain text after it")
    {
        wire.say(Side::client, hello12()).say(Side::server, text("HTTP/1.1 400 Bad Request\r\n\r\n"));
        CHECK(wire.only().verdict.certainty == Certainty::proven);
    }
    SECTION("an alert")
    {
        wire.say(Side::client, hello12()).say(Side::server, alert_record(10));
        CHECK(wire.only().verdict.certainty == Certainty::strong);
    }
    SECTION("a FIN")
    {
        wire.say(Side::client, hello12()).close(Side::server);
        CHECK(wire.only().verdict.certainty == Certainty::strong);
    }
    SECTION("an RST")
    {
        wire.say(Side::client, hello12()).reset(Side::server);
        CHECK(wire.only().verdict.certainty == Certainty::strong);
    }
    REQUIRE(wire.only().verdict.cause);
    CHECK(wire.only().verdict.cause->title == proxy_header);
}

TEST_CASE("plain text within a TLS stream is not missing, and says who left TLS")
{
    Wire wire{21};
    wire.open();
    SECTION("an error of the server in the handshake ends it")
    {
        wire.say(Side::client, hello12()).say(Side::server, server_flight12());
        wire.say(Side::server, text("500 OOPS: cannot change directory\r\n"));
        CHECK(name(wire.only().verdict.outcome) == "failed");
        CHECK(wire.only().verdict.cause->title == no_tls_peer);
        CHECK(found(wire, goes_on));
    }
    SECTION("after the handshake it is a note")
    {
        completes12(wire);
        wire.say(Side::server, text("421 Timeout.\r\n"));
        CHECK(name(wire.only().verdict.outcome) == "completed");
        CHECK(found(wire, goes_on));
    }
    SECTION("LDAP's unbind in clear")
    {
        completes12(wire);
        wire.say(Side::client, from_hex("30050201024200"));
        CHECK(found(wire, goes_on));
    }
    SECTION("after its close_notify a side may go on in plain text")
    {
        completes12(wire);
        wire.say(Side::client, bytes::record(21, 0x0303, bytes::filled(26, 0x5a)));
        wire.say(Side::client, text("NOOP\r\n"));
        CHECK_FALSE(found(wire, goes_on));
    }
    SECTION("unknown bytes are no plain text")
    {
        completes12(wire);
        wire.say(Side::client, bytes::filled(40, 0xfa));
        CHECK_FALSE(found(wire, goes_on));
    }
    SECTION("behind a loss nobody knows where a record was due")
    {
        completes12(wire);
        wire.skip(Side::server, 100).say(Side::server, text("421 Timeout.\r\n"));
        CHECK_FALSE(found(wire, goes_on));
    }
    CHECK_FALSE(found(wire, incomplete));
}

TEST_CASE("padding that is counted as data")
{
    Wire wire;
    wire.open().say(Side::client, hello12());
    const Octets six = from_hex("0101080a0000");
    SECTION("the same bytes of the stream come again, with the real data")
    {
        wire.unacknowledged(Side::server, six).skip(Side::server, std::uint32_t{0} - 6);
        wire.say(Side::server, server_flight12());
        wire.say(Side::client, client_flight12()).say(Side::server, finished12());
        CHECK(name(wire.only().verdict.outcome) == "completed");
    }
    SECTION("real data of this size is acknowledged")
    {
        wire.say(Side::server, text("no way"));
        CHECK(wire.only().verdict.cause->title == no_tls_peer);
    }
}

TEST_CASE("a client that goes on without TLS after a refusal")
{
    struct Case {
        const char *what;
        std::uint16_t port;
        Octets asks, refusal, next;
    };
    const Case cases[] = {
        {"PostgreSQL", 5432, from_hex("0000000804d2162f"), text("N"), from_hex("00000008000300000000")},
        {"LDAP", 389, from_hex("301d02010177188016312e332e362e312e342e312e313436362e3230303337"),
         from_hex("300c02010178070a013404000400"), from_hex("300c020102600702010304008000")},
        {"SMTP", 25, text("STARTTLS\r\n"), text("502 no\r\n"), text("MAIL FROM:<a@example>\r\n")},
    };
    for (const Case &one : cases) {
        INFO(one.what);
        Wire wire{one.port};
        wire.open().say(Side::client, one.asks).say(Side::server, one.refusal).say(Side::client, one.next);
        CHECK(name(wire.only().verdict.outcome) == "failed");
        CHECK(wire.only().verdict.sentence.find("went on without TLS") != std::string::npos);
    }
    Wire wire{389}; // it takes its leave
    wire.open().say(Side::client, cases[1].asks).say(Side::server, cases[1].refusal);
    wire.say(Side::client, from_hex("30050201024200")).close(Side::client);
    CHECK(wire.only().verdict.sentence.find("went on") == std::string::npos);
}

TEST_CASE("a FIN of the server before the ClientHello is told as such")
{
    Wire wire;
    wire.open().close(Side::server).wait(0.1).say(Side::client, hello12());
    const Summary summary = wire.only();
    CHECK(name(summary.verdict.outcome) == "failed");
    CHECK(summary.verdict.sentence.find("limit of connections") != std::string::npos);
    CHECK(summary.verdict.sentence.find("certificate") == std::string::npos);
}

TEST_CASE("a ClientHello that is cut off has a finding")
{
    Octets large = hello12();
    large = bytes::record(
        22, 0x0301, bytes::handshake(1, cat(bytes::client_hello_body(bytes::tls12_client()), bytes::filled(1'400))));
    for (const std::size_t sent : std::initializer_list<std::size_t>{4, 12, 900}) {
        Wire wire;
        wire.open()
            .say(Side::client, Octets{large.begin(), large.begin() + static_cast<std::ptrdiff_t>(sent)})
            .reset(Side::server);
        const Summary summary = wire.only();
        CHECK(name(summary.verdict.outcome) == "failed");
        CHECK_FALSE(summary.findings.empty());
        CHECK(summary.verdict.cause);
        if (sent > 5) // a part of the record's header is all that there is of the others
            CHECK(summary.verdict.sentence.find("before any ClientHello") == std::string::npos);
    }
}

TEST_CASE("a server that sends data after its RST did not send the RST")
{
    Wire wire;
    wire.open().say(Side::client, hello12()).reset(Side::server);
    CHECK(wire.only().verdict.cause->title == "The connection was reset during the handshake");
    SECTION("more data")
    {
        wire.say(Side::server, server_flight12());
        CHECK(wire.only().verdict.cause->title == "A device on the path answered in the name of a side");
    }
    SECTION("another RST")
    {
        wire.reset(Side::server);
        CHECK(wire.only().verdict.cause->title == "The connection was reset during the handshake");
    }
}

TEST_CASE("plain text to a port where TLS begins at once")
{
    Wire wire{636};
    wire.open().say(Side::client, from_hex("301d02010177188016312e332e362e312e342e312e313436362e3230303337"));
    wire.close(Side::server);
    REQUIRE(wire.capture.results().conversations() == 1);
    CHECK(wire.only().verdict.cause->title == no_tls_peer);
    Wire header{8443};
    header.open().say(Side::client, proxy_v2).close(Side::server);
    REQUIRE(header.capture.results().conversations() == 1);
    CHECK(header.only().verdict.cause->title == proxy_header);
}

TEST_CASE("an RST with the hop limit of another place, though the client's is the same")
{
    for (const bool forged : {true, false}) {
        Wire wire;
        wire.hop_limit(Side::client, 64).hop_limit(Side::server, 63).open();
        wire.unacknowledged(Side::client, hello12());
        wire.hop_limit(Side::server, forged ? 64 : 63).reset(Side::server);
        const bool told = wire.only().verdict.cause->title == "A device on the path answered in the name of a side";
        CHECK(told == forged);
    }
}
