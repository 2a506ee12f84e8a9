// A certificate's key is too short: peers with a current security level refuse it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis weak_key{
    .title = "A certificate's key is too short",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "The leaf or an intermediate has an RSA or DSA key of fewer than 2,048 bits (in captures from before 2014: "
            "fewer than 1,024), or an elliptic curve of fewer than 224 bits.",
    .remedy = "Have the certificate reissued with a longer key (RSA 2,048 bits, or P-256) for the side that sends it.",
    .sources = {"NIST SP 800-131A Rev. 2, 3", "CA/Browser Forum Baseline Requirements, 6.1.5",
                "OpenSSL, SSL_CTX_set_security_level (level 2: 112 bits)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

// NIST SP 800-131A requires a strength of 112 bits since the end of 2013. 0: no limit is known for this type of key.
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
        if (is_above_trusted(c, event.side, *certificate))
            break;
        const std::string bits = digit_groups(static_cast<std::uint64_t>(certificate->key_bits)) + " bits";
        const std::string which = named_in_chain(c, event.side, *certificate);
        Finding finding;
        finding.side = party(event.side);
        finding.detail = "the " + certificate->key_algorithm + " key of " + which + " has " + bits + "; at least " +
                         digit_groups(static_cast<std::uint64_t>(least)) + " are required";
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
