// Tests the diagnosis strict_profile.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis strict_profile;
extern const Diagnosis expired;
} // namespace tlsdiag

using namespace tlsdiag;
using namespace tlsdiag::builders;

static std::vector<pki::Identity> chain(const std::string &constraints, const std::string &usage, bool key_ids = true)
{
    pki::Spec spec{.key_ids = key_ids, .more = {{"basicConstraints", constraints}}};
    if (!usage.empty())
        spec.more.emplace_back("keyUsage", usage);
    const auto root = pki::self_signed("Lab Root", spec);
    return {pki::issue(root, "host.example", {.key_ids = key_ids}), root};
}

TEST_CASE("strict_profile: only a refusal that nothing else explains, and only as a guess")
{
    const std::string critical = "critical,CA:TRUE", sign = "critical,keyCertSign";
    struct Case {
        const char *name;
        std::vector<pki::Identity> chain;
        const char *alert;
        const char *said; // nullptr: nothing
    };
    const std::vector<Case> cases{
        {"a CA without keyUsage", chain(critical, ""), "certificate_unknown", "is a CA and has no keyUsage"},
        {"basicConstraints", chain("CA:TRUE", sign), "bad_certificate", "its basicConstraints are not critical"},
        {"no key ids", chain(critical, sign, false), "certificate_unknown", "has no authorityKeyIdentifier"},
        {"all there", chain(critical, sign), "certificate_unknown", nullptr},
        {"another alert", chain(critical, ""), "unknown_ca", nullptr},
        {"no certificate", {}, "certificate_unknown", nullptr},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        for (const Side side : {Side::server, Side::client}) {
            Conversation c = failed_by(peer(side), one.alert);
            with_chain(c, side, one.chain);
            const Findings found = play(strict_profile, c);
            REQUIRE(found.size() == (one.said ? 1u : 0u));
            if (one.said) {
                CHECK(has(found[0].detail, one.said));
                CHECK(found[0].side == party(side));
                CHECK(found[0].certainty == Certainty::guess);
            }
        }
    }
    Conversation done = completed();
    with_chain(done, Side::server, chain(critical, ""));
    CHECK(play(strict_profile, done).empty());
}
