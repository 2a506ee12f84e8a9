// A certificate's key is too short: peers with a security level of today refuse it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis weak_key{
    .title = "A certificate's key is too short",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire =
        "the leaf or an intermediate has an RSA or DSA key under 2,048 bits (in captures before 2014: under 1,024), "
        "or an elliptic curve under 224 bits",
    .remedy = "Issue the certificate anew with a longer key (RSA 2,048 bits, or P-256) on the side that sends it.",
    .sources = {"NIST SP 800-131A Rev. 2, 3", "CA/Browser Forum Baseline Requirements, 6.1.5",
                "OpenSSL, SSL_CTX_set_security_level (level 2: 112 bits)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

// NIST SP 800-131A: keys of 112 bits of strength, from the end of 2013 on. 0: nothing is known of this kind.
static int shortest(const Certificate &certificate, Time when)
{
    const std::string &kind = certificate.key_algorithm;
    if (kind == "RSA" || kind == "RSA-PSS" || kind == "DSA")
        return is_sane(when) && when >= beginning_of(2014) ? 2'048 : 1'024;
    return kind == "EC" ? 224 : 0;
}

static Findings examine(const Conversation &c, const Event &event)
{
    for (const Certificate *certificate : below_root(c, event.side)) {
        const int least = shortest(*certificate, event.at.time);
        if (certificate->key_bits <= 0 || certificate->key_bits >= least)
            continue;
        const std::string bits = digit_groups(static_cast<std::uint64_t>(certificate->key_bits)) + " bits";
        const std::string which = named_in_chain(c, event.side, *certificate);
        Finding finding;
        finding.side = party(event.side);
        finding.detail = bits + " long is the " + certificate->key_algorithm + " key of " + which + "; at least " +
                         digit_groups(static_cast<std::uint64_t>(least)) + " are asked for";
        finding.because = "the " + certificate->key_algorithm + " key of " + which + " has only " + bits;
        return {finding};
    }
    return {};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {});
}

} // namespace tlsdiag
