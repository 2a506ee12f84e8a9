// Tests the diagnosis sni_warning.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis sni_warning;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation warned(std::uint8_t level, std::string_view alert, Side by = Side::server)
{
    Conversation c = answered();
    c.alerts.push_back({at(5), by, Alert{level, alert_number(alert)}, false, false});
    return c;
}

TEST_CASE("sni_warning: a warning, and the ServerHello after it")
{
    Conversation c = warned(1, "unrecognized_name");
    const Findings found = play(sni_warning, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].frame == frames::server_hello);
    CHECK(has(found[0].detail, "the client asked for host.example"));
    CHECK(has(found[0].detail, "in frame 5"));
}

TEST_CASE("sni_warning: near misses")
{
    Conversation fatal = warned(2, "unrecognized_name");
    CHECK(play(sni_warning, fatal).empty());
    Conversation other = warned(1, "user_canceled");
    CHECK(play(sni_warning, other).empty());
    Conversation by_client = warned(1, "unrecognized_name", Side::client);
    CHECK(play(sni_warning, by_client).empty());
    Conversation without_hello = warned(1, "unrecognized_name");
    without_hello.server_hello = {};
    CHECK(play(sni_warning, without_hello).empty());
    Conversation silent = completed();
    CHECK(play(sni_warning, silent).empty());
}
