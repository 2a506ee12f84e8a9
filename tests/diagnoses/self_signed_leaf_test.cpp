// Tests the diagnosis self_signed_leaf.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis self_signed_leaf;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("self_signed_leaf: what counts, and what only looks like it")
{
    const auto root = pki::make_ca("Lab Root");
    const auto self = pki::self_signed("printer");
    const auto self_ca = pki::make_ca("appliance");                   // like the output of `openssl req -x509`
    const auto same_names = pki::issue(pki::make_ca("twin"), "twin"); // self-issued but signed by another key
    const auto leaf = pki::issue(root, "host.example");

    struct Case {
        const char *name;
        std::vector<pki::Identity> chain;
        bool found;
    };
    const std::vector<Case> cases{
        {"a self-signed leaf", {self}, true},
        {"of version 1", {pki::self_signed("old", {.version = 1})}, true},
        {"with the flag of a CA", {self_ca}, true},
        {"with an unrelated certificate", {self, root}, true},
        {"issuer and subject of the same name", {same_names}, false},
        {"a self-signed root behind the leaf", {leaf, root}, false},
        {"no certificate", {}, false},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        for (const Side side : {Side::server, Side::client}) {
            Conversation c = completed();
            with_chain(c, side, one.chain);
            const Findings found = play(self_signed_leaf, c);
            REQUIRE(found.size() == (one.found ? 1u : 0u));
            if (one.found)
                CHECK(found[0].side == party(side));
        }
    }
}

TEST_CASE("self_signed_leaf: not where it is what was agreed on")
{
    const auto self = pki::self_signed("peer");
    Conversation webrtc = completed();
    webrtc.client_hello.what.extensions = {14}; // use_srtp
    with_chain(webrtc, Side::server, {self});
    CHECK(play(self_signed_leaf, webrtc).empty());

    World world;
    world.trusts({self});
    Conversation pinned = completed(0x0303, world);
    with_chain(pinned, Side::server, {self});
    CHECK(play(self_signed_leaf, pinned).empty());
    with_chain(pinned, Side::server, {pki::self_signed("peer")});
    CHECK(play(self_signed_leaf, pinned).size() == 1);
}

TEST_CASE("self_signed_leaf: how well it explains an ending")
{
    const std::vector<std::pair<const char *, Fit>> alerts{
        {"unknown_ca", Fit::exact},         {"bad_certificate", Fit::good},
        {"certificate_unknown", Fit::good}, {"handshake_failure", Fit::possible},
        {"certificate_expired", Fit::none}, {"unsupported_certificate", Fit::none},
        {"protocol_version", Fit::none},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {pki::self_signed("printer")});
        CHECK(fit(self_signed_leaf, c) == expected);
    }
}
