// Tests the diagnosis version_obsolete.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis version_obsolete;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static Conversation chosen(Version version, std::int64_t year, unsigned month)
{
    Conversation c = answered(version);
    c.server_hello.at.time = pki::date(static_cast<int>(year), static_cast<int>(month), 1);
    return c;
}

TEST_CASE("version_obsolete: which version, and when")
{
    struct Row {
        Version version;
        int year, month;
        bool fires;
    };
    const Row rows[] = {
        {0x0002, 2003, 1, true},  {0x0300, 2006, 4, true},  {0x0301, 2018, 6, false}, {0x0301, 2018, 8, true},
        {0x0302, 2018, 6, false}, {0x0302, 2020, 1, true},  {0x0303, 2026, 1, false}, {0x0304, 2026, 1, false},
        {0xfeff, 2020, 1, true},  {0xfeff, 2014, 1, false}, {0xfefd, 2026, 1, false}, {0x7f17, 2018, 8, false},
    };
    for (const Row &row : rows) {
        INFO(row.version << " in " << row.year << "-" << row.month);
        Conversation c = chosen(row.version, row.year, row.month);
        CHECK(play(version_obsolete, c).size() == row.fires);
    }
}

TEST_CASE("version_obsolete: who has to change")
{
    Conversation server = answered(0x0301);
    Findings found = play(version_obsolete, server);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].detail,
              "the server chose TLS 1.0; the client offers at most TLS 1.3; at least TLS 1.2 is required"));
    Conversation client = answered(0x0301);
    client.client_hello.what.supported_versions.clear();
    client.client_hello.what.legacy_version = 0x0301;
    found = play(version_obsolete, client);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::client);
}

TEST_CASE("version_obsolete: why a client leaves")
{
    Conversation says_it = failed_by(Side::client, "insufficient_security", 0x0301);
    CHECK(fit(version_obsolete, says_it) == Fit::good);
    Conversation leaves = answered(0x0301);
    end(leaves, Side::client, EndReason::closed);
    CHECK(fit(version_obsolete, leaves) == Fit::none); // after the server's flight: perhaps because of the certificate
    Conversation at_once = answered(0x0301);
    end(at_once, Side::client, EndReason::closed);
    at_once.ending.stage = Stage::server_hello;
    CHECK(fit(version_obsolete, at_once) == Fit::possible);
    Conversation server = failed_by(Side::server, "handshake_failure", 0x0301);
    CHECK(fit(version_obsolete, server) == Fit::none);
}

TEST_CASE("version_obsolete: OpenSSL 3 refuses the signatures of TLS 1.0 and 1.1 with internal_error")
{
    Conversation client = failed_by(Side::client, "internal_error", 0x0302);
    CHECK(fit(version_obsolete, client) == Fit::possible);
    Conversation server = failed_by(Side::server, "internal_error", 0x0302);
    CHECK(fit(version_obsolete, server) == Fit::none);
    Conversation later = answered(0x0302);
    client_flight(later);
    end(later, Side::client, EndReason::alert, "internal_error");
    CHECK(fit(version_obsolete, later) == Fit::none);
}

TEST_CASE("version_obsolete: a client that fell back is not an old one")
{
    World world;
    const auto side_of = [&](Version before, std::uint32_t frame) {
        Conversation c = answered(0x0301, world);
        c.client_hello.what.supported_versions.clear();
        c.client_hello.what.legacy_version = 0x0301;
        world.history.offers.clear();
        Endpoint client = c.client;
        client.port = 0;
        world.history.offers[{client, c.server}] = {before, frame};
        return play(version_obsolete, c).at(0);
    };
    CHECK(side_of(0x0303, 0).side == Party::server);
    CHECK(has(side_of(0x0303, 0).detail, "the same client offered TLS 1.2 to this server in frame 0"));
    CHECK(side_of(0x0302, 0).side == Party::client);
    CHECK(side_of(0x0303, 1000).side == Party::client); // only later
}
