// Tests the diagnosis client_cert_not_in_ca_list.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis client_cert_not_in_ca_list;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

namespace {

struct Lab {
    pki::Identity root = pki::make_ca("Lab Root");
    pki::Identity issuing = pki::issue(root, "Lab Issuing", {.ca = true});
    pki::Identity leaf = pki::issue(issuing, "device-1");
    pki::Identity self = pki::self_signed("kiosk");
};

Findings found_for(const std::vector<pki::Identity> &chain, std::optional<std::vector<Octets>> names)
{
    Conversation c = completed();
    with_request(c, std::move(names));
    with_chain(c, Side::client, chain);
    return play(client_cert_not_in_ca_list, c);
}

} // namespace

TEST_CASE("client_cert_not_in_ca_list: chains and lists")
{
    const Lab lab;
    const auto other = pki::name_der("Other Root");
    struct Case {
        const char *name;
        std::vector<pki::Identity> chain;
        std::optional<std::vector<Octets>> names;
        bool found;
    };
    const std::vector<Case> cases{
        {"another CA", {lab.leaf, lab.issuing}, {{other}}, true},
        {"a leaf alone under a CA that the list has not", {lab.leaf}, subjects({lab.root}), true},
        {"a self-signed certificate", {lab.self}, {{other}}, true},
        {"the root", {lab.leaf, lab.issuing}, subjects({lab.root}), false},
        {"the intermediate", {lab.leaf, lab.issuing}, subjects({lab.issuing}), false},
        {"the last of several", {lab.leaf}, {{other, other, lab.issuing.subject()}}, false},
        {"a self-signed certificate that is named", {lab.self}, subjects({lab.self}), false},
        {"an empty list", {lab.leaf}, std::vector<Octets>{}, false},
        {"no list", {lab.leaf}, std::nullopt, false},
        {"no certificate", {}, {{other}}, false},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        const Findings found = found_for(one.chain, one.names);
        REQUIRE(found.size() == (one.found ? 1u : 0u));
        if (one.found) {
            CHECK(found[0].certainty == Certainty::proven);
            CHECK(found[0].side == Party::client);
        }
    }
}

TEST_CASE("client_cert_not_in_ca_list: a list that was not read to its end says nothing")
{
    const Lab lab;
    Conversation c = completed();
    with_request(c, {{pki::name_der("Other Root")}});
    c.certificate_request.what.authorities->count = 2;
    with_chain(c, Side::client, {lab.leaf});
    CHECK(play(client_cert_not_in_ca_list, c).empty());
}

TEST_CASE("client_cert_not_in_ca_list: a name that differs only in its encoding")
{
    const Lab lab;
    const Octets printable_string = pki::name_der("Lab Issuing", V_ASN1_PRINTABLESTRING);
    REQUIRE(printable_string != lab.issuing.subject());
    const Findings found = found_for({lab.leaf}, {{printable_string}});
    REQUIRE(found.size() == 1);
    CHECK(has(found[0].detail, "only in another encoding"));
    CHECK(!found[0].remedy.empty());
    CHECK(found_for({lab.leaf}, {{printable_string, lab.issuing.subject()}}).empty());
}

TEST_CASE("client_cert_not_in_ca_list: the sentence fits the chain")
{
    const Lab lab;
    const std::vector<Octets> other{pki::name_der("Other Root")};
    CHECK(has(found_for({lab.leaf}, other).front().because, "is in neither the chain nor the server's list of 1 CA"));
    CHECK(has(found_for({lab.leaf, lab.issuing}, other).front().because, "CN=Lab Issuing under CN=Lab Root"));
    CHECK(has(found_for({lab.self}, other).front().because,
              "is self-issued, and its name is not in the server's list of 1 CA"));
}

TEST_CASE("client_cert_not_in_ca_list: how well it explains an ending")
{
    const Lab lab;
    const std::vector<std::pair<const char *, Fit>> alerts{
        {"unknown_ca", Fit::exact},           {"certificate_unknown", Fit::good},     {"bad_certificate", Fit::good},
        {"handshake_failure", Fit::possible}, {"certificate_expired", Fit::none},     {"internal_error", Fit::none},
        {"certificate_revoked", Fit::none},   {"unsupported_certificate", Fit::none},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::server, alert);
        with_request(c, {{pki::name_der("Other Root")}});
        with_chain(c, Side::client, {lab.leaf});
        CHECK(fit(client_cert_not_in_ca_list, c) == expected);
    }
}
