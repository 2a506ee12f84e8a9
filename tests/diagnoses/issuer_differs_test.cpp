// Tests the diagnosis issuer_differs.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis issuer_differs;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static pki::Identity from(const char *ca, const char *name = "host.example")
{
    return pki::issue(pki::make_ca(ca), name, {.sans = {name}});
}

static Conversation visit(World &world, const pki::Identity &leaf, const char *name = "host.example")
{
    Conversation c = completed(0x0303, world);
    with_name(c, name);
    with_chain(c, Side::server, {leaf});
    return c;
}

TEST_CASE("issuer_differs: two visits to one name")
{
    struct Case {
        const char *name;
        pki::Identity first, second;
        bool found;
    };
    const std::vector<Case> cases{
        {"another CA", from("Lab CA 1"), from("Box CA"), true},
        {"another organization", from("O=Lab,CN=CA 1"), from("O=Box,CN=CA 1"), true},
        {"two CAs of one organization", from("O=Lab,CN=CA 1"), from("O=Lab,CN=CA 2"), false},
        {"renewed by the same CA", from("Lab CA 1"), from("Lab CA 1"), false},
        {"the first was for another name", from("Lab CA 1", "other.example"), from("Box CA"), false},
        {"the second is for another name", from("Lab CA 1"), from("Box CA", "other.example"), false},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        World world;
        world.history.learn_leaf(visit(world, one.first));
        Conversation again = visit(world, one.second);
        const Findings found = play(issuer_differs, again);
        REQUIRE(found.size() == (one.found ? 1u : 0u));
        if (one.found) {
            CHECK(has(found[0].detail, "issued the certificate for host.example here; in frame 7 it was"));
            CHECK(found[0].evidence == std::vector<std::uint32_t>{7});
        }
    }
}

TEST_CASE("issuer_differs: names are told apart, and a first visit says nothing")
{
    World world;
    Conversation first = visit(world, from("Lab CA 1"));
    CHECK(play(issuer_differs, first).empty());
    world.history.learn_leaf(first);
    CHECK(play(issuer_differs, first).empty());
    Conversation other = visit(world, from("Box CA", "other.example"), "other.example");
    CHECK(play(issuer_differs, other).empty());
}

TEST_CASE("issuer_differs: what is learned is bounded")
{
    World world;
    const pki::Identity leaf = pki::self_signed("any", {.sans = {"*.lab.example"}});
    Conversation c = visit(world, leaf);
    for (std::size_t i = 0; i < CaptureHistory::max_leaves + 10; ++i) {
        c.client_hello.what.sni = "h" + std::to_string(i) + ".lab.example";
        world.history.learn_leaf(c);
    }
    CHECK(world.history.leaves.size() == CaptureHistory::max_leaves);
}
