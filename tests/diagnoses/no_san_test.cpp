// Tests the diagnosis no_san.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis no_san, expired;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");

TEST_CASE("no_san: the name asked for against common name and subjectAltName")
{
    struct Case {
        std::optional<std::string> asked;
        const char *common_name;
        std::vector<std::string> sans;
        const char *said;
    };
    const std::vector<Case> cases{
        {"host.example", "host.example", {}, "no subjectAltName at all"},
        {"a.host.example", "*.host.example", {}, "no subjectAltName at all"},
        {"host.example", "host.example", {"IP:192.0.2.1"}, "no dNSName in subjectAltName"},
        {"host.example", "host.example", {"host.example"}, nullptr},
        {"host.example", "label", {"host.example"}, nullptr},
        {"host.example", "host.example", {"other.example"}, nullptr}, // hostname_mismatch
        {"host.example", "other.example", {}, nullptr},               // hostname_mismatch
        {"192.0.2.1", "192.0.2.1", {}, nullptr},
        {std::nullopt, "host.example", {}, nullptr},
    };
    for (const Case &one : cases) {
        INFO(one.asked.value_or("(none)") << " against " << one.common_name);
        Conversation c = completed();
        with_name(c, one.asked);
        with_chain(c, Side::server, {pki::issue(root, one.common_name, {.sans = one.sans})});
        const Findings found = play(no_san, c);
        REQUIRE(found.size() == (one.said ? 1u : 0u));
        if (one.said)
            CHECK(has(found[0].detail, one.said));
    }
}

TEST_CASE("no_san: old clients read the common name, unless they refuse the certificate")
{
    const auto at_time = [](Conversation c, Time when) {
        with_chain(c, Side::server, {pki::issue(root, "host.example")});
        c.chain[Side::server].at.time = when;
        return play(no_san, c).size();
    };
    CHECK(at_time(completed(), pki::date(2017)) == 1);
    CHECK(at_time(completed(), pki::date(2016, 12, 31)) == 0);
    CHECK(at_time(completed(), Time{0}) == 0);
    CHECK(at_time(failed_by(Side::client, "bad_certificate"), pki::date(2016)) == 1);
    CHECK(at_time(failed_by(Side::client, "unknown_ca"), pki::date(2017)) == 1);
    CHECK(at_time(failed_by(Side::client, "no_application_protocol"), pki::date(2016)) == 0);
}

TEST_CASE("no_san: a refusal of before 2017 that another fault explains says nothing about the name")
{
    const Time then = pki::date(2016);
    Conversation c = failed_by(Side::client, "bad_certificate");
    with_chain(c, Side::server, {pki::issue(root, "host.example", {.not_after = pki::date(2015)})});
    c.chain[Side::server].at.time = then;
    REQUIRE(play(expired, c).size() == 1);
    CHECK(play(no_san, c).empty());
}

TEST_CASE("no_san: never of the client's certificate")
{
    Conversation c = completed();
    with_chain(c, Side::client, {pki::issue(root, "host.example")});
    CHECK(play(no_san, c).empty());
}

TEST_CASE("no_san: how well it explains an ending")
{
    check_fits(no_san, {pki::issue(root, "host.example")},
               {{"bad_certificate", Fit::good},
                {"certificate_unknown", Fit::good},
                {"handshake_failure", Fit::possible},
                {"unknown_ca", Fit::none},
                {"certificate_expired", Fit::none}});
}
