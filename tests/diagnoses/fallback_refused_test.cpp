// Tests the diagnosis fallback_refused.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis fallback_refused;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("fallback_refused: the server says inappropriate_fallback")
{
    Conversation c = hello();
    c.client_hello.what.supported_versions = {0x0303};
    c.client_hello.what.fallback_scsv = true;
    end(c, Side::server, EndReason::alert, "inappropriate_fallback");
    const Findings found = play(fallback_refused, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::proven);
    CHECK(found[0].side == Party::client);
    CHECK(has(found[0].detail, "the client offers TLS 1.2, with TLS_FALLBACK_SCSV; inappropriate_fallback (86)"));
    CHECK(fallback_refused.explains(c, found[0]) == Fit::exact);
}

TEST_CASE("fallback_refused: the ClientHello need not be seen")
{
    Conversation c = hello();
    c.client_hello = {};
    end(c, Side::server, EndReason::alert, "inappropriate_fallback");
    CHECK(play(fallback_refused, c).size() == 1);
}

TEST_CASE("fallback_refused: nothing less says it")
{
    Conversation accepted = completed();
    accepted.client_hello.what.fallback_scsv = true;
    CHECK(play(fallback_refused, accepted).empty());
    for (const char *alert : {"protocol_version", "handshake_failure"}) {
        Conversation other = hello();
        other.client_hello.what.fallback_scsv = true;
        end(other, Side::server, EndReason::alert, alert);
        CHECK(play(fallback_refused, other).empty());
    }
    Conversation by_client = failed_by(Side::client, "inappropriate_fallback");
    CHECK(play(fallback_refused, by_client).empty());
}
