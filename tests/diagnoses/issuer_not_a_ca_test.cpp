// Tests the diagnosis issuer_not_a_ca.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis issuer_not_a_ca;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");
static const pki::Identity not_a_ca = pki::issue(root, "Lab Issuing", {.more = {{"basicConstraints", "CA:FALSE"}}});

TEST_CASE("issuer_not_a_ca: what counts, and what only looks like it")
{
    using More = std::vector<std::pair<std::string, std::string>>;
    const auto chain = [](const More &more, const std::string &name = "host.example", int version = 3) {
        const auto issuer = pki::issue(root, "Lab Issuing", {.version = version, .more = more});
        return std::vector{pki::issue(issuer, name), issuer};
    };
    const std::string is_ca = "critical,CA:TRUE";
    const auto proxied = pki::issue(root, "Jane Doe");
    const auto proxy = pki::issue(proxied, "CN=Jane Doe,CN=1234",
                                  {.more = {{"1.3.6.1.5.5.7.1.14", "critical,DER:300c300a06082b06010505071501"}}});
    check_chains(
        issuer_not_a_ca,
        {
            {"no basicConstraints", chain({}), "CN=Lab Issuing issued CN=host.example"},
            {"CA:FALSE", chain({{"basicConstraints", "CA:FALSE"}}), "say CA:FALSE"},
            {"no keyCertSign", chain({{"basicConstraints", is_ca}, {"keyUsage", "digitalSignature"}}),
             "its keyUsage has no keyCertSign"},
            {"a CA", chain({{"basicConstraints", is_ca}}), nullptr},
            {"a CA with keyCertSign", chain({{"basicConstraints", is_ca}, {"keyUsage", "keyCertSign"}}), nullptr},
            {"version 1 (x509_v1)", chain({}, "host.example", 1), nullptr},
            {"an old proxy certificate", chain({}, "proxy"), nullptr},
            {"a proxy certificate", {proxy, proxied, root}, nullptr},
            {"constraints that do not decode (certificate_malformed)", chain({{"basicConstraints", "DER:0500"}}),
             nullptr},
            {"only the leaf", {pki::issue(root, "host.example")}, nullptr},
            {"a self-signed leaf", {pki::self_signed("printer")}, nullptr},
            {"no certificate", {}, nullptr},
        });
}

TEST_CASE("issuer_not_a_ca: a good certificate of the same issuer is taken instead")
{
    const pki::Spec bad{.key = "ED25519-7", .more = {{"basicConstraints", "CA:FALSE"}}};
    const auto issuer = pki::issue(root, "Lab Issuing", {.key = "ED25519-7", .ca = true});
    const auto faulty = pki::issue(root, "Lab Issuing", bad);
    const auto leaf = pki::issue(issuer, "host.example");
    check_chains(issuer_not_a_ca, {{"good last", {leaf, faulty, issuer}, nullptr},
                                   {"good first", {leaf, issuer, faulty}, nullptr},
                                   {"only the faulty one", {leaf, faulty}, "say CA:FALSE"}});
}

TEST_CASE("issuer_not_a_ca: what lies above a CA that the user trusts does not matter")
{
    World world;
    const auto key = pki::Spec{.key = "ED25519-8", .ca = true};
    const auto trusted = pki::make_ca("Trusted CA", key);
    const auto cross = pki::issue(not_a_ca, "Trusted CA", key);
    const auto leaf = pki::issue(trusted, "host.example");
    const auto count = [&] {
        Conversation c = completed(0x0303, world);
        with_chain(c, Side::server, {leaf, cross, not_a_ca});
        return play(issuer_not_a_ca, c).size();
    };
    CHECK(count() == 1);
    world.trusts({trusted});
    CHECK(count() == 0);
    world.trusts({pki::make_ca("Trusted CA")}); // another key
    CHECK(count() == 1);
}

TEST_CASE("issuer_not_a_ca: how well it explains a refusal")
{
    check_fits(issuer_not_a_ca, {pki::issue(not_a_ca, "host.example"), not_a_ca},
               {{"unknown_ca", Fit::exact},
                {"certificate_unknown", Fit::good},
                {"unsupported_certificate", Fit::exact},
                {"certificate_expired", Fit::none}});
}
