// Tests the phrases that details and verdicts share.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/phrases.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;

TEST_CASE("phrases: versions offered")
{
    ClientHello hello;
    hello.legacy_version = 0x0301;
    CHECK(offered_versions_text(hello) == "at most TLS 1.0");
    hello.sslv2 = true;
    CHECK(offered_versions_text(hello) == "at most TLS 1.0, in an SSLv2-format ClientHello");
    hello.sslv2 = false;
    hello.supported_versions = {0x0a0a, 0x0304, 0x0303}; // the first is GREASE
    CHECK(offered_versions_text(hello) == "TLS 1.3, TLS 1.2");
    hello.supported_versions = {0x0304, 0x0303, 0x0302, 0x0301};
    CHECK(offered_versions_text(hello) == "TLS 1.3 to TLS 1.0");
}

TEST_CASE("phrases: a few, and how many more")
{
    CHECK(few({}) == "");
    CHECK(few({"a", "b", "c"}) == "a, b, c");
    CHECK(few({"a", "b", "c", "d", "e"}) == "a, b, c and 2 more");
}

TEST_CASE("phrases: when it ended")
{
    Conversation c = builders::failed_by(Side::client, "unknown_ca");
    CHECK(since_hello_text(c) == "16.0 ms after the ClientHello");
    c.client_hello = {};
    CHECK(since_hello_text(c) == "after the server's flight");
}
