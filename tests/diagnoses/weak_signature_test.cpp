// Tests the diagnosis weak_signature.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/chain_cases.hpp"

namespace tlsdiag {
extern const Diagnosis weak_signature;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root", {.key = "RSA-2048", .digest = "MD5"});

static std::vector<pki::Identity> leaf_with(const char *digest)
{
    return {pki::issue(root, "host.example", {.digest = digest})};
}

TEST_CASE("weak_signature: what counts, and what only looks like it")
{
    const auto issuing = pki::issue(root, "Lab Issuing", {.digest = "SHA1", .ca = true});
    const auto upper = pki::issue(root, "Lab Upper", {.digest = "SHA1", .ca = true});
    const auto lower = pki::issue(upper, "Lab Lower", {.ca = true});
    const auto leaf = pki::issue(lower, "host.example");
    const auto self_signed = pki::self_signed("printer", {.key = "RSA-2048", .digest = "MD5"});
    check_chains(weak_signature,
                 {
                     {"SHA-1", leaf_with("SHA1"), "is signed with sha1WithRSAEncryption"},
                     {"MD5", leaf_with("MD5"), "is signed with md5WithRSAEncryption"},
                     {"an intermediate", {pki::issue(issuing, "host.example"), issuing}, "CN=Lab Issuing"},
                     {"an upper intermediate", {leaf, lower, upper, root}, "CN=Lab Upper"},
                     {"the last of three may be a root", {leaf, lower, upper}, nullptr},
                     {"SHA-224", leaf_with("SHA224"), nullptr},
                     {"SHA-256", leaf_with("SHA256"), nullptr},
                     {"only the root", {leaf_with("SHA256").front(), root}, nullptr},
                     {"its own signature", {self_signed}, nullptr},
                     {"off the path", {leaf_with("SHA256").front(), issuing}, nullptr},
                     {"no certificate", {}, nullptr},
                 });
}

TEST_CASE("weak_signature: SHA-1 was usual once, MD5 is too weak for any capture")
{
    const auto found_in = [](const char *digest, Time when) {
        Conversation c = completed();
        with_chain(c, Side::server, leaf_with(digest));
        c.chain[Side::server].at.time = when;
        return !play(weak_signature, c).empty();
    };
    CHECK(found_in("SHA1", pki::date(2017)));
    CHECK_FALSE(found_in("SHA1", pki::date(2016, 12, 31)));
    CHECK_FALSE(found_in("SHA1", Time{0})); // no clock
    CHECK(found_in("MD5", pki::date(2006)));
    CHECK(found_in("MD5", Time{0}));
}

TEST_CASE("weak_signature: how well it explains an ending")
{
    check_fits(weak_signature, leaf_with("MD5"),
               {{"bad_certificate", Fit::good},
                {"certificate_unknown", Fit::good},
                {"handshake_failure", Fit::possible},
                {"unknown_ca", Fit::none},
                {"certificate_expired", Fit::none}});
}
