// Tests the diagnosis starttls_refused.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis starttls_refused;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation refused(std::string_view asked, std::string_view answer)
{
    Conversation c;
    c.history = &plain_world().history;
    c.plaintext_before = {seen(3, bytes::text("220 mail\r\n")), seen(4, bytes::text(asked)),
                          seen(5, bytes::text(answer))};
    c.starttls_refused = at(5);
    end(c, Side::server, EndReason::starttls_refused);
    return c;
}

TEST_CASE("starttls_refused: what was asked, and what the server said")
{
    Conversation c = refused("STARTTLS\r\n", "454 4.7.0 TLS not available due to local problem\r\n");
    const Findings found = play(starttls_refused, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].detail, "answered the client's \"STARTTLS\" (SMTP"));
    CHECK(has(found[0].detail, "with \"454 4.7.0 TLS not available due to local problem\";"));
    CHECK(found[0].evidence == std::vector<std::uint32_t>{4, 5});
    CHECK(starttls_refused.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("starttls_refused: the proxy's answer is not the server's")
{
    Conversation c = refused("CONNECT host.example:443 HTTP/1.1\r\n", "HTTP/1.1 502 Bad Gateway\r\n");
    const Findings found = play(starttls_refused, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::network);
    CHECK(has(found[0].because, "the proxy answered the request (HTTP CONNECT) with \"HTTP/1.1 502 Bad Gateway\""));
    CHECK_FALSE(found[0].remedy.empty());
}

TEST_CASE("starttls_refused: a ClientHello in spite of it, and the server closes")
{
    Conversation c = hello();
    c.plaintext_before = {seen(2, bytes::text("STARTTLS\r\n")), seen(3, bytes::text("454 not available\r\n"))};
    end(c, Side::server, EndReason::closed);
    CHECK(fit(starttls_refused, c) == Fit::good);
    CHECK(c.findings[0].certainty == Certainty::strong);
    c.findings.clear();
    end(c, Side::client, EndReason::closed);
    CHECK(play(starttls_refused, c).empty());
}

TEST_CASE("starttls_refused: near misses")
{
    Conversation spoken = hello(); // a ClientHello was sent anyway: a plain-text answer to it is not_tls_peer
    spoken.plaintext_before = {seen(3, bytes::text("STARTTLS\r\n")), seen(4, bytes::text("502 no\r\n"))};
    end(spoken, Side::server, EndReason::not_tls);
    CHECK(play(starttls_refused, spoken).empty());

    Conversation accepted = hello();
    accepted.plaintext_before = {seen(3, bytes::text("STARTTLS\r\n")), seen(4, bytes::text("220 go\r\n"))};
    end(accepted, Side::server, EndReason::closed);
    CHECK(play(starttls_refused, accepted).empty());
}
