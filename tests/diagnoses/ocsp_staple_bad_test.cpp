// Tests the diagnosis ocsp_staple_bad.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"
#include "support/pki_ocsp.hpp"

namespace tlsdiag {
extern const Diagnosis ocsp_staple_bad;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root"), namesake = pki::make_ca("Lab Root");
static const pki::Identity leaf = pki::issue(root, "host.example"), sibling = pki::issue(root, "host.example");

// A good response that is received at this time; it is valid from 2024-01-01 to 2024-01-08.
static Conversation stapled(const Octets &response, Time when, const std::vector<pki::Identity> &chain = {leaf, root})
{
    Conversation c = completed();
    with_chain(c, Side::server, chain);
    c.certificate_status = {{frames::server_chain, when}, CertificateStatus{1, response}};
    return c;
}

TEST_CASE("ocsp_staple_bad: what counts, and what only looks like it")
{
    const auto stranger = pki::issue(root, "Lab Server", {.eku = "serverAuth"});
    const Octets good = pki::staple(root, root, leaf);
    constexpr Time in_time = pki::date(2024, 1, 2), minute = 60 * second;
    struct Case {
        const char *name;
        Octets response;
        Time when;
        const char *said; // nullptr: nothing
    };
    const std::vector<Case> cases{
        {"good", good, in_time, nullptr},
        {"revoked is another diagnosis", pki::staple(root, root, leaf, {.status = V_OCSP_CERTSTATUS_REVOKED}), in_time,
         nullptr},
        {"past its nextUpdate", good, pki::date(2024, 1, 10), "2 days past its nextUpdate"},
        {"past it by less than clocks differ", good, pki::date(2024, 1, 8) + 4 * minute, nullptr},
        {"past it by more", good, pki::date(2024, 1, 8) + 6 * minute, "past its nextUpdate"},
        {"before its thisUpdate", good, pki::date(2023, 12, 30), "2 days before its thisUpdate"},
        {"before it by less than clocks differ", good, pki::date(2024) - 4 * minute, nullptr},
        {"it names no nextUpdate", pki::staple(root, root, leaf, {.next_update = 0}), pki::date(2030), nullptr},
        {"a clock that cannot be right", good, pki::date(1980), nullptr},
        {"a time at which the leaf is out of date as well", good, pki::date(2041), nullptr},
        {"of another certificate", pki::staple(root, root, sibling), in_time, "is for another certificate"},
        {"not known to the responder", pki::staple(root, root, leaf, {.status = V_OCSP_CERTSTATUS_UNKNOWN}), in_time,
         "does not know the certificate"},
        {"signed with another key", pki::staple(namesake, root, leaf), in_time,
         "not signed with the key of CN=Lab Root"},
        {"signed by one without the right to", pki::staple(stranger, root, leaf, {.with_signer = true}), in_time,
         "signed by CN=Lab Server"},
        {"an error", pki::refused_staple(OCSP_RESPONSE_STATUS_TRYLATER), in_time, "trylater"},
        {"not readable", {0x30, 0x03, 0x0a}, in_time, "cannot be read"},
        {"too long to be read", Octets(200'000), in_time, nullptr},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        Conversation c = stapled(one.response, one.when);
        const Findings found = play(ocsp_staple_bad, c);
        REQUIRE(found.size() == (one.said ? 1u : 0u));
        if (one.said)
            CHECK(has(found[0].detail, one.said));
    }
}

TEST_CASE("ocsp_staple_bad: the issuer is known from another conversation only")
{
    const Octets forged = pki::staple(namesake, root, leaf);
    Conversation unknown = stapled(forged, pki::date(2024, 1, 2), {leaf});
    CHECK(play(ocsp_staple_bad, unknown).empty());

    World world;
    world.saw(root, 3);
    Conversation c = completed(0x0303, world);
    with_chain(c, Side::server, {leaf});
    c.certificate_status = {{frames::server_chain, pki::date(2024, 1, 2)}, CertificateStatus{1, forged}};
    CHECK(play(ocsp_staple_bad, c).size() == 1);
}

TEST_CASE("ocsp_staple_bad: how well it explains")
{
    const std::pair<const char *, Fit> alerts[] = {
        {"bad_certificate_status_response", Fit::exact},
        {"bad_certificate", Fit::good},
        {"certificate_unknown", Fit::good},
        {"unknown_ca", Fit::none},
        {"certificate_expired", Fit::none},
        {"handshake_failure", Fit::possible},
    };
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {leaf, root});
        c.certificate_status = seen(frames::server_chain, CertificateStatus{1, pki::staple(root, root, sibling)});
        CHECK(fit(ocsp_staple_bad, c) == expected);
    }
}
