// Tests the diagnosis proxy_header_unexpected.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/proxy_header.hpp"
#include "support/builders.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis proxy_header_unexpected;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const Octets header = bytes::text("PROXY TCP4 10.0.0.9 10.0.0.2 40000 443\r\n");

TEST_CASE("PROXY headers: version and size")
{
    const Octets v2 = bytes::from_hex("0d0a0d0a000d0a515549540a2111000c7f0000097f0000019c4001bb");
    CHECK(proxy_header_version(header) == 1);
    CHECK(proxy_header_size(header) == header.size());
    CHECK(proxy_header_version(v2) == 2);
    CHECK(proxy_header_size(v2) == 28);
    CHECK(proxy_header_size(Bytes{v2}.first(14)) == 16); // cut
    CHECK(proxy_header_version(bytes::text("PROXIES")) == 0);
    CHECK(proxy_header_size(bytes::text("PROXY TCP4 no end")) == 107);
    CHECK(proxy_header_version({}) == 0);
}

static Conversation with_header()
{
    Conversation c = hello();
    c.plaintext_before = {seen(3, header)};
    c.plaintext_first = Side::client;
    return c;
}

TEST_CASE("proxy_header_unexpected: how the server takes it")
{
    struct Case {
        EndReason reason;
        std::string_view alert, says;
        Certainty certainty;
    };
    const Case cases[] = {
        {EndReason::closed, "", "closed the connection without a TLS byte", Certainty::strong},
        {EndReason::reset, "", "reset the connection without a TLS byte", Certainty::strong},
        {EndReason::alert, "decode_error", "answered with the alert decode_error (50)", Certainty::strong},
        {EndReason::not_tls, "", "answered with HTTP: \"HTTP/1.1 400 Bad Request\"", Certainty::proven},
    };
    for (const Case &one : cases) {
        Conversation c = with_header();
        if (one.reason == EndReason::not_tls)
            c.not_tls[Side::server] = seen(frames::ending, NotTls{bytes::text("HTTP/1.1 400 Bad Request\r\n")});
        end(c, Side::server, one.reason, one.alert);
        const Findings found = play(proxy_header_unexpected, c);
        REQUIRE(found.size() == 1);
        CHECK(has(found[0].detail,
                  "the client sent a PROXY protocol header (version 1), and the server " + std::string{one.says}));
        CHECK(found[0].side == Party::client);
        CHECK(found[0].certainty == one.certainty);
    }
}

TEST_CASE("proxy_header_unexpected: near misses")
{
    Conversation answered = with_header(), left = with_header(), greeted = with_header(), lost = with_header(),
                 none = hello(), refused = with_header();
    answered.server_hello = builders::answered().server_hello; // the server took the header
    end(answered, Side::server, EndReason::closed);
    end(left, Side::client, EndReason::closed);
    greeted.not_tls[Side::server] = seen(frames::ending, NotTls{bytes::text("220 mail.example ESMTP\r\n")});
    end(greeted, Side::server, EndReason::not_tls);
    lost.gaps.bytes_missing[Side::server] = 10;
    end(lost, Side::server, EndReason::closed);
    end(none, Side::server, EndReason::closed);
    end(refused, Side::server, EndReason::alert, "handshake_failure"); // it has read the ClientHello
    for (Conversation c : {answered, left, greeted, lost, none, refused})
        CHECK(play(proxy_header_unexpected, c).empty());
}
