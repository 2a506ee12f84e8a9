// Tests the diagnosis extended_master_secret_missing.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis extended_master_secret_missing, no_shared_cipher;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation server_lacks(Version version = 0x0303)
{
    Conversation c = answered(version);
    c.client_hello.what.extended_master_secret = true;
    c.server_hello.what.extended_master_secret = false;
    return c;
}

// A current ClientHello of TLS 1.2, as Go 1.19 sends it.
static Conversation client_lacks()
{
    Conversation c = hello();
    ClientHello &offer = c.client_hello.what;
    offer.supported_versions = {0x0303};
    offer.legacy_version = 0x0303;
    offer.cipher_suites = {0xc02f, 0xc030, 0xc02b};
    offer.groups = {0x001d, 0x0017};
    offer.sni = "host.example";
    offer.renegotiation_info = true;
    offer.extended_master_secret = false;
    return c;
}

TEST_CASE("extended_master_secret_missing: the server lacks it")
{
    Conversation c = server_lacks();
    end(c, Side::client, EndReason::alert, "handshake_failure");
    const Findings found = play(extended_master_secret_missing, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "the server's ServerHello lacks extended_master_secret"));
    CHECK(extended_master_secret_missing.explains(c, found[0]) == Fit::possible);
}

TEST_CASE("extended_master_secret_missing: the client lacks it, and nothing else")
{
    Conversation c = client_lacks();
    end(c, Side::server, EndReason::alert, "handshake_failure");
    const Findings found = play(extended_master_secret_missing, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::client);
}

TEST_CASE("extended_master_secret_missing: near misses")
{
    const auto fires = [](Conversation c, Side by, const char *alert) {
        end(c, by, EndReason::alert, alert);
        return !play(extended_master_secret_missing, c).empty();
    };
    CHECK_FALSE(fires(server_lacks(0x0304), Side::client, "handshake_failure")); // TLS 1.3 does not use it
    CHECK_FALSE(fires(server_lacks(), Side::client, "unknown_ca"));
    CHECK_FALSE(fires(server_lacks(), Side::server, "handshake_failure"));
    Conversation both = server_lacks();
    both.server_hello.what.extended_master_secret = true;
    CHECK_FALSE(fires(both, Side::client, "handshake_failure"));
    Conversation asked = server_lacks(); // the client may have no certificate
    with_request(asked, {{}});
    CHECK_FALSE(fires(asked, Side::client, "handshake_failure"));
    Conversation tls13 = client_lacks();
    tls13.client_hello.what.supported_versions = {0x0304, 0x0303};
    CHECK_FALSE(fires(tls13, Side::server, "handshake_failure"));
    Conversation old = client_lacks(); // lacks much more
    old.client_hello.what.cipher_suites = {0x0005};
    CHECK_FALSE(fires(old, Side::server, "handshake_failure"));
    Conversation gap = server_lacks();
    gap.gaps.bytes_missing[Side::server] = 1;
    CHECK_FALSE(fires(gap, Side::client, "handshake_failure"));
}
