// Tests the diagnosis name_constraint_violated.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis name_constraint_violated;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static std::vector<pki::Identity> chain(const std::string &constraints, const std::vector<std::string> &sans,
                                        const std::string &subject = "O=Lab,CN=host.example")
{
    const auto root = pki::make_ca("Lab Root");
    const auto issuing =
        pki::issue(root, "Lab Issuing", {.ca = true, .more = {{"nameConstraints", "critical," + constraints}}});
    return {pki::issue(issuing, subject, {.sans = sans}), issuing};
}

TEST_CASE("name_constraint_violated: what counts, and what only looks like it")
{
    const auto root =
        pki::make_ca("Strict Root", {.more = {{"nameConstraints", "critical,permitted;DNS:lab.example"}}});
    const auto below = pki::issue(root, "Lab Issuing", {.ca = true});
    const auto far = pki::issue(below, "host.example", {.sans = {"host.example"}});
    check_chains(
        name_constraint_violated,
        {
            {"not permitted", chain("permitted;DNS:lab.example", {"a.lab.example", "host.example"}),
             "the dNSName host.example in the"},
            {"excluded", chain("excluded;DNS:host.example", {"host.example"}), "is excluded by the nameConstraints of"},
            {"an address", chain("permitted;IP:192.0.2.0/255.255.255.0", {"IP:198.51.100.1"}),
             "the iPAddress 198.51.100.1"},
            {"two levels above", {far, below, root}, "the nameConstraints of CN=Strict Root"},
            {"permitted", chain("permitted;DNS:example", {"host.example"}), nullptr},
            {"another kind of name", chain("permitted;DNS:lab.example", {"IP:192.0.2.1"}), nullptr},
            {"only the common name", chain("permitted;DNS:lab.example", {}), nullptr},
            {"a name that cannot be compared", chain("permitted;email:lab.example", {"email:nobody"}), nullptr},
            {"the root is not sent", {far, below}, nullptr},
            {"no certificate", {}, nullptr},
        });
}

TEST_CASE("name_constraint_violated: the root in the trust store counts")
{
    World world;
    const auto root =
        pki::make_ca("Strict Root", {.more = {{"nameConstraints", "critical,permitted;DNS:lab.example"}}});
    const auto leaf = pki::issue(root, "host.example", {.sans = {"host.example"}});
    Conversation c = completed(0x0303, world);
    with_chain(c, Side::server, {leaf});
    CHECK(play(name_constraint_violated, c).empty());
    world.trusts({root});
    CHECK(play(name_constraint_violated, c).size() == 1);
}

TEST_CASE("name_constraint_violated: a bounded number of comparisons")
{
    std::string constraints = "permitted;DNS:lab.example";
    for (int i = 0; i < 300; ++i)
        constraints += ",permitted;DNS:d" + std::to_string(i) + ".example";
    std::vector<std::string> names{"host.example"};
    check_chains(name_constraint_violated, {{"some", chain(constraints, names), "host.example"}});
    names.resize(100, "host.example");
    check_chains(name_constraint_violated, {{"too many", chain(constraints, names), nullptr}});
}

TEST_CASE("name_constraint_violated: how well it explains a refusal")
{
    check_fits(name_constraint_violated, chain("permitted;DNS:lab.example", {"host.example"}),
               {{"certificate_unknown", Fit::good},
                {"bad_certificate", Fit::good},
                {"unknown_ca", Fit::none},
                {"certificate_expired", Fit::none}});
}
