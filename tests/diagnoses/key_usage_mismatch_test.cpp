// Tests the diagnosis key_usage_mismatch.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis key_usage_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static const pki::Identity root = pki::make_ca("Lab Root");

static pki::Identity leaf(const std::string &usage)
{
    pki::Spec spec{.sans = {"host.example"}};
    if (!usage.empty())
        spec.more = {{"keyUsage", "critical," + usage}};
    return pki::issue(root, "host.example", spec);
}

TEST_CASE("key_usage_mismatch: what counts, and what only looks like it")
{
    constexpr Version tls12 = 0x0303, tls13 = 0x0304;
    constexpr CipherSuite ecdhe = 0xc02f, dhe = 0x009e, rsa = 0x009c, fixed = 0xc004, unknown = 0x9999;
    struct Case {
        const char *name;
        Version version;
        CipherSuite suite;
        Side side;
        std::string usage;
        const char *said; // nullptr: nothing
    };
    const std::vector<Case> cases{
        {"ECDHE", tls12, ecdhe, Side::server, "keyEncipherment",
         "has no digitalSignature, which TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 needs"},
        {"DHE", tls12, dhe, Side::server, "keyEncipherment", "has no digitalSignature"},
        {"RSA", tls12, rsa, Side::server, "digitalSignature", "has no keyEncipherment"},
        {"TLS 1.3", tls13, 0x1301, Side::server, "keyEncipherment", "which TLS 1.3 needs"},
        {"a client", tls12, rsa, Side::client, "keyEncipherment", "which the CertificateVerify needs"},
        {"a client, TLS 1.3", tls13, 0x1301, Side::client, "keyAgreement", "the keyUsage of the client's certificate"},
        {"ECDHE, both", tls12, ecdhe, Side::server, "digitalSignature,keyEncipherment", nullptr},
        {"RSA, both", tls12, rsa, Side::server, "digitalSignature,keyEncipherment", nullptr},
        {"RSA, what it needs", tls12, rsa, Side::server, "keyEncipherment", nullptr},
        {"fixed ECDH", tls12, fixed, Side::server, "keyAgreement", nullptr},
        {"a client with a fixed key", tls12, fixed, Side::client, "keyAgreement", nullptr},
        {"an unknown suite", tls12, unknown, Side::server, "keyAgreement", nullptr},
        {"no keyUsage", tls12, ecdhe, Side::server, "", nullptr},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        Conversation c = completed(one.version);
        c.server_hello.what.cipher_suite = one.suite;
        with_chain(c, one.side, {leaf(one.usage)});
        const Findings found = play(key_usage_mismatch, c);
        REQUIRE(found.size() == (one.said ? 1u : 0u));
        if (one.said) {
            INFO(found[0].detail);
            CHECK(has(found[0].detail, one.said));
            CHECK(found[0].side == party(one.side));
        }
    }
    Conversation unseen = completed();
    with_chain(unseen, Side::server, {leaf("keyAgreement")});
    unseen.server_hello = {}; // not captured
    CHECK(play(key_usage_mismatch, unseen).empty());
}

TEST_CASE("key_usage_mismatch: how well it explains a refusal")
{
    const std::vector<std::pair<const char *, Fit>> alerts{
        {"unsupported_certificate", Fit::exact}, {"illegal_parameter", Fit::good},     {"internal_error", Fit::good},
        {"bad_certificate", Fit::good},          {"handshake_failure", Fit::possible}, {"unknown_ca", Fit::none},
        {"certificate_expired", Fit::none}};
    for (const auto &[alert, expected] : alerts) {
        INFO(alert);
        Conversation c = failed_by(Side::client, alert);
        with_chain(c, Side::server, {leaf("keyEncipherment")});
        CHECK(fit(key_usage_mismatch, c) == expected);
    }
}
