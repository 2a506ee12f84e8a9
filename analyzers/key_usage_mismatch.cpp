// A leaf's key usage excludes what the handshake needs its key for.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis key_usage_mismatch{
    .title = "The certificate's key usage does not fit",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire =
        "The leaf has a keyUsage without digitalSignature, and its key must sign (TLS 1.3, DHE, ECDHE, a client's "
        "CertificateVerify); or without keyEncipherment, and the cipher suite encrypts to its key (TLS_RSA_WITH_...).",
    .remedy = "Have the certificate of the side that sends it reissued with digitalSignature in its keyUsage (and "
              "keyEncipherment if old RSA cipher suites are needed).",
    .sources = {"RFC 5246, 7.4.2", "RFC 8446, 4.4.2.2", "RFC 5280, 4.2.1.3", "RFC 8422, 5.3"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

struct Need {
    std::string_view usage; // empty: not known
    std::string purpose;
};

static Need need(const Conversation &c, Side side)
{
    if (!c.server_hello)
        return {};
    if (c.tls13())
        return {.usage = "digitalSignature", .purpose = "TLS 1.3"};
    const std::string_view suite = known_cipher_suite(c.server_hello->cipher_suite);
    const auto begins = [suite](std::string_view kind) { return suite.starts_with(kind); };
    if (side == Side::client && (begins("TLS_ECDH_") || begins("TLS_DH_"))) // its certificate may have a fixed key
        return {};
    if (side == Side::client)
        return {.usage = "digitalSignature", .purpose = "the CertificateVerify"};
    if (begins("TLS_ECDHE_RSA_") || begins("TLS_ECDHE_ECDSA_") || begins("TLS_DHE_RSA_") || begins("TLS_DHE_DSS_"))
        return {.usage = "digitalSignature", .purpose = std::string{suite}};
    if (begins("TLS_RSA_WITH_"))
        return {.usage = "keyEncipherment", .purpose = std::string{suite}};
    return {};
}

static Findings examine(const Conversation &c, const Event &event)
{
    const Certificate *leaf = readable_leaf(c, event.side);
    if (!leaf || !leaf->key_usage)
        return {};
    const Need wanted = need(c, event.side);
    const bool has =
        wanted.usage == "keyEncipherment" ? leaf->key_usage->key_encipherment : leaf->key_usage->digital_signature;
    if (wanted.usage.empty() || has)
        return {};
    Finding finding;
    finding.side = party(event.side);
    finding.because = "the keyUsage of " + named(event.side, *leaf) + " has no " + std::string{wanted.usage} +
                      ", which " + wanted.purpose + " needs";
    finding.detail = finding.because;
    return {finding};
}

// BoringSSL says illegal_parameter (KEY_USAGE_BIT_INCORRECT), GnuTLS internal_error (measured with 3.7).
static Fit explains(const Conversation &c, const Finding &finding)
{
    const Side judge = judge_of(finding);
    const Fit fit = fault_fit(c, judge, {"unsupported_certificate"});
    return ended_by_alert(c, judge, {"illegal_parameter", "internal_error"}) ? std::max(fit, Fit::good) : fit;
}

} // namespace tlsdiag
