// Tests the diagnosis weak_key.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis weak_key;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root", {.key = "RSA-1024"});

static std::vector<pki::Identity> leaf_with(const char *key)
{
    return {pki::issue(root, "host.example", {.key = key})};
}

TEST_CASE("weak_key: keys on both sides of the limits")
{
    const auto weak_ca = pki::issue(root, "Lab Issuing", {.key = "RSA-1024", .ca = true});
    check_chains(weak_key, {
                               {"RSA 1024", leaf_with("RSA-1024"), "1,024 bits"},
                               {"RSA 2047", leaf_with("RSA-2047"), "2,047 bits"},
                               {"RSA-PSS 1024", leaf_with("RSA-PSS-1024"), "RSA-PSS"},
                               {"P-192", leaf_with("P-192"), "at least 224"},
                               {"an intermediate", {pki::issue(weak_ca, "host.example"), weak_ca}, "CN=Lab Issuing"},
                               {"self-signed", {pki::self_signed("printer", {.key = "RSA-1024"})}, "CN=printer"},
                               {"RSA 2048", leaf_with("RSA-2048"), nullptr},
                               {"P-224", leaf_with("P-224"), nullptr},
                               {"Ed25519", leaf_with("ED25519"), nullptr},
                               {"only the root", {pki::issue(root, "host.example"), root}, nullptr},
                               {"off the path", {pki::issue(pki::make_ca("Other"), "host.example"), weak_ca}, nullptr},
                               {"no certificate", {}, nullptr},
                           });
}

TEST_CASE("weak_key: what was usual then")
{
    const auto found_in = [](const char *key, Time when) {
        Conversation c = completed();
        with_chain(c, Side::server, leaf_with(key));
        c.chain[Side::server].at.time = when;
        return !play(weak_key, c).empty();
    };
    CHECK(found_in("RSA-1024", pki::date(2014)));
    CHECK_FALSE(found_in("RSA-1024", pki::date(2013, 12, 31)));
    CHECK_FALSE(found_in("RSA-1024", Time{0})); // no clock
    CHECK(found_in("RSA-1023", pki::date(2013, 12, 31)));
    CHECK(found_in("RSA-1023", Time{0}));
    CHECK(found_in("P-192", pki::date(2005)));
}

TEST_CASE("weak_key: nobody looks at it where the fingerprint is signalled")
{
    Conversation c = completed();
    c.client_hello.what.extensions = {14}; // use_srtp
    with_chain(c, Side::server, leaf_with("RSA-1024"));
    CHECK(play(weak_key, c).empty());
}

TEST_CASE("weak_key: how well it explains an ending")
{
    check_fits(weak_key, leaf_with("RSA-1024"),
               {{"bad_certificate", Fit::good},
                {"certificate_unknown", Fit::good},
                {"handshake_failure", Fit::possible},
                {"unknown_ca", Fit::none},
                {"no_application_protocol", Fit::none}});
}
