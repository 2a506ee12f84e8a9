// Tests the diagnosis weak_dh_group.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis weak_dh_group;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;
using pki::date;

static void with_group(Conversation &c, std::optional<std::uint32_t> bits, Time when = now)
{
    ServerKeyExchange exchange;
    exchange.dh_bits = bits;
    c.server_key_exchange = seen(frames::server_key_exchange, exchange);
    c.server_key_exchange.at.time = when;
}

TEST_CASE("weak_dh_group: what counts, and what only looks like it")
{
    struct Case {
        const char *name;
        std::optional<std::uint32_t> bits;
        Time when;
        bool fires;
    };
    const Case cases[] = {
        {"1,024 bits", 1'024, now, true},
        {"one bit too short", 2'047, now, true},
        {"export", 512, date(2016), true},
        {"2,048 bits", 2'048, now, false},
        {"before the end of 2015", 1'024, date(2016) - 1, false},
        {"a clock that cannot be right", 1'024, date(2100), false},
        {"ECDHE", std::nullopt, now, false},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        Conversation c = completed();
        with_group(c, one.bits, one.when);
        const Findings found = play(weak_dh_group, c);
        REQUIRE(found.size() == (one.fires ? 1u : 0u));
        if (one.fires)
            CHECK(has(found[0].detail, "at least 2,048"));
    }
}

TEST_CASE("weak_dh_group: how well it explains")
{
    const std::pair<const char *, Fit> alerts[] = {
        {"insufficient_security", Fit::exact},
        {"handshake_failure", Fit::good},
        {"illegal_parameter", Fit::good},
        {"unknown_ca", Fit::none},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::client, alert);
        with_group(c, 1'024);
        CHECK(fit(weak_dh_group, c) == expected);
    }
    Conversation by_server = failed_by(Side::server, "handshake_failure");
    with_group(by_server, 1'024);
    CHECK(fit(weak_dh_group, by_server) == Fit::none);

    Conversation closed = answered();
    end(closed, Side::client, EndReason::closed);
    with_group(closed, 1'024);
    CHECK(fit(weak_dh_group, closed) == Fit::possible);
}
