// Tests the diagnosis path_length_exceeded.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis path_length_exceeded;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static pki::Spec with_length(const std::string &length)
{
    return {.more = {{"basicConstraints", "critical,CA:TRUE" + length}}};
}

TEST_CASE("path_length_exceeded: what counts, and what only looks like it")
{
    // A root, two CAs and a leaf below it.
    const auto chain = [](const std::string &root_length, const std::string &upper_length, const char *lower_name) {
        const auto root = pki::self_signed("Lab Root", with_length(root_length));
        const auto upper = pki::issue(root, "Lab Upper", with_length(upper_length));
        const auto lower = pki::issue(upper, lower_name, with_length(""));
        return std::vector{pki::issue(lower, "host.example"), lower, upper, root};
    };
    auto without_root = chain(",pathlen:1", "", "Lab Lower");
    without_root.pop_back();
    auto root_only = chain(",pathlen:0", "", "Lab Lower");
    root_only.erase(root_only.begin() + 1, root_only.begin() + 3);
    check_chains(path_length_exceeded,
                 {
                     {"an intermediate", chain("", ",pathlen:0", "Lab Lower"),
                      "the pathLenConstraint of CN=Lab Upper allows 0 CAs below it; the"},
                     {"the root", chain(",pathlen:1", "", "Lab Lower"), "CN=Lab Root allows 1 CA below it"},
                     {"just enough", chain(",pathlen:2", ",pathlen:1", "Lab Lower"), nullptr},
                     {"a self-issued CA does not count", chain("", ",pathlen:0", "Lab Upper"), nullptr},
                     {"no limit", chain("", "", "Lab Lower"), nullptr},
                     {"the root is not sent", without_root, nullptr},
                     {"not on the path", root_only, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}

TEST_CASE("path_length_exceeded: the root in the trust store counts, and what lies above it does not")
{
    World world;
    const auto root = pki::self_signed("Lab Root", with_length(",pathlen:0"));
    const auto upper = pki::issue(root, "Lab Upper", with_length(""));
    const auto leaf = pki::issue(upper, "host.example");
    const auto lower = pki::issue(upper, "Lab Lower", with_length(""));
    const auto below = pki::issue(lower, "host.example");
    const auto count = [&](const std::vector<pki::Identity> &sent) {
        Conversation c = completed(0x0303, world);
        with_chain(c, Side::server, sent);
        return play(path_length_exceeded, c).size();
    };
    CHECK(count({below, lower, upper}) == 0);
    CHECK(count({below, lower, upper, root}) == 1);
    world.trusts({root});
    CHECK(count({leaf, upper}) == 1);
    CHECK(count({below, lower, upper}) == 1);
    world.trusts({upper});
    CHECK(count({below, lower, upper, root}) == 0);
}

TEST_CASE("path_length_exceeded: how well it explains a refusal")
{
    const auto root = pki::self_signed("Lab Root", with_length(",pathlen:0"));
    const auto upper = pki::issue(root, "Lab Upper", with_length(""));
    const auto lower = pki::issue(upper, "Lab Lower", with_length(""));
    check_fits(path_length_exceeded, {pki::issue(lower, "host.example"), lower, upper, root},
               {{"unknown_ca", Fit::exact}, {"bad_certificate", Fit::good}, {"certificate_expired", Fit::none}});
}
