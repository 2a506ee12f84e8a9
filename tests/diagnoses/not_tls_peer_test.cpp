// Tests the diagnosis not_tls_peer.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/plaintext_protocols.hpp"
#include "support/builders.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis not_tls_peer;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("protocols: by their opening")
{
    struct Case {
        Octets first;
        std::string_view protocol, opening;
    };
    using bytes::from_hex, bytes::text;
    const std::vector<Case> cases = {
        {text("HTTP/1.1 407 Proxy Authentication Required\r\nX: y"), "HTTP",
         "\"HTTP/1.1 407 Proxy Authentication Required\""},
        {text("GET / HTTP/1.1\r\n"), "HTTP", "\"GET / HTTP/1.1\""},
        {text("SSH-2.0-OpenSSH_9.2\r\n"), "SSH", "\"SSH-2.0-OpenSSH_9.2\""},
        {text("220 mx1.example ESMTP\r\n"), "SMTP or FTP", "\"220 mx1.example ESMTP\""},
        {text("* OK IMAP4 ready\r\n"), "IMAP", "\"* OK IMAP4 ready\""},
        {text("+OK POP3 ready\r\n"), "POP3", "\"+OK POP3 ready\""},
        {from_hex("0000000804d2162f"), "PostgreSQL", "00 00 00 08 04 d2 16 2f"},
        {from_hex("4a0000000a382e30"), "MySQL", "4a 00 00 00 0a 38 2e 30"},
        {from_hex("030000130ed00000"), "RDP (TPKT)", "03 00 00 13 0e d0 00 00"},
        {text("PESIT   USER    "), "PeSIT", "\"PESIT   USER    \""},
        {from_hex("d7c5e2c9e34040"), "PeSIT", "d7 c5 e2 c9 e3 40 40"},
        {text("what do you want?\n"), "plain text", "\"what do you want?\""},
        {from_hex("ffee00112233"), "binary data", "ff ee 00 11 22 33"},
        {text("ab\n"), "binary data", "61 62 0a"},
        {{}, "binary data", ""},
    };
    for (const Case &one : cases) {
        INFO(one.opening);
        CHECK(protocol_of(one.first) == one.protocol);
        CHECK(opening_of(one.first) == one.opening);
    }
}

static Conversation strange(Side side, std::string_view words)
{
    Conversation c = hello();
    if (side == Side::client) {
        c.client_hello = {};
        c.first_client_hello = {};
        c.stage = Stage::nothing;
    }
    c.not_tls[side] = seen(frames::ending, NotTls{bytes::text(words)});
    end(c, side, EndReason::not_tls);
    return c;
}

TEST_CASE("not_tls_peer: the server answers in plain text")
{
    Conversation c = strange(Side::server, "HTTP/1.1 400 Bad Request\r\n");
    const Findings found = play(not_tls_peer, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(has(found[0].detail, "HTTP: \"HTTP/1.1 400 Bad Request\""));
    CHECK(found[0].evidence == std::vector<std::uint32_t>{frames::ending, frames::client_hello});
    CHECK(not_tls_peer.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("not_tls_peer: the client asks a TLS port in plain text")
{
    Conversation c = strange(Side::client, "GET / HTTP/1.1\r\n");
    const Findings found = play(not_tls_peer, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::client);
    CHECK_FALSE(found[0].remedy.empty());
}

TEST_CASE("not_tls_peer: what was sent is made harmless")
{
    Conversation c = strange(Side::server, "evil \x1b[31m\r\n");
    const Findings found = play(not_tls_peer, c);
    REQUIRE(found.size() == 1);
    CHECK_FALSE(has(found[0].detail, "\x1b"));
}

TEST_CASE("not_tls_peer: TLS that failed is TLS")
{
    Conversation c = failed_by(Side::server, "handshake_failure");
    CHECK(play(not_tls_peer, c).empty());
}
