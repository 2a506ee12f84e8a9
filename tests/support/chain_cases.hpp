// Tables of chains that a diagnosis finds or nearly finds.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag::builders {

struct ChainCase {
    const char *name;
    std::vector<pki::Identity> chain;
    const char *said; // part of the detail; nullptr: nothing is found
};

// Each chain as the server's and as the client's, in a handshake that completed.
inline void check_chains(const Diagnosis &diagnosis, const std::vector<ChainCase> &cases)
{
    for (const ChainCase &one : cases)
        for (const Side side : {Side::server, Side::client}) {
            INFO(one.name << ", of the " << name(side));
            Conversation c = completed();
            with_chain(c, side, one.chain);
            const Findings found = play(diagnosis, c);
            REQUIRE(found.size() == (one.said ? 1u : 0u));
            if (one.said) {
                INFO(found[0].detail);
                CHECK(has(found[0].detail, one.said));
                CHECK(found[0].side == party(side));
            }
        }
}

// How well a fault in the server's chain explains a client's alert.
inline void check_fits(const Diagnosis &diagnosis, const std::vector<pki::Identity> &chain,
                       const std::vector<std::pair<const char *, Fit>> &alerts)
{
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, chain);
        CHECK(fit(diagnosis, c) == expected);
    }
}

} // namespace tlsdiag::builders
