// A side sends more certificates than its peer accepts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "core/handshake/library_fingerprint.hpp"

#include <array>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis chain_too_long{
    .title = "More certificates than the peer accepts",
    .severity = Severity::warning,
    .triggers = EventKind::ended,
    .wire =
        "A Certificate message contains more certificates than known receivers accept (Java 10, of a client 8 since "
        "Java 22; mbedTLS 9; GnuTLS 16), and the receiver ends the handshake right after it. Java sends "
        "handshake_failure.",
    .remedy = "Send only the leaf and the intermediates that lead to the root: take all other certificates out of the "
              "chain file; or raise the receiver's limit (Java: jdk.tls.maxCertificateChainLength).",
    .sources = {"OpenJDK, sun/security/ssl/SSLConfiguration.java (maxCertificateChainLength)",
                "mbedTLS, x509.h: MBEDTLS_X509_MAX_INTERMEDIATE_CA", "GnuTLS, gnutls_int.h: DEFAULT_MAX_VERIFY_DEPTH"},
    .examine = examine,
    .explains = explains,
};

struct Receiver {
    std::string_view name;
    std::string_view library;    // in library fingerprints; empty: it has none
    std::uint32_t of_server = 0; // how many certificates it accepts
    std::uint32_t of_client = 0;
};
static constexpr std::array receivers{
    Receiver{"Java (JSSE)", "JSSE", 10, 8},
    Receiver{"mbedTLS", "", 9, 9},
    Receiver{"GnuTLS", "GnuTLS", 16, 16},
};

static std::string limits(std::uint32_t count, Side side, std::string_view library)
{
    std::vector<std::string> exceeded;
    for (const Receiver &one : receivers) {
        const std::uint32_t limit = side == Side::server ? one.of_server : one.of_client;
        if (count > limit && (library.empty() || library == one.library))
            exceeded.push_back(std::string{one.name} + " " + std::to_string(limit));
    }
    return join(exceeded, ", ");
}

// Right after the chain, in words that can be about it.
static bool gave_up_on_it(const Conversation &c, Side refuser)
{
    if (!ended_by(c, refuser) || c.ending.at.frame < c.chain[peer(refuser)].at.frame || c.gaps.any())
        return false;
    if (c.ending.alert)
        return ended_by_alert(c, refuser,
                              {"handshake_failure", "unexpected_message", "illegal_parameter", "decode_error",
                               "internal_error", "bad_certificate", "certificate_unknown", "unknown_ca"});
    return c.ending.reason != EndReason::eap_failure;
}

static Findings examine(const Conversation &c, const Event &event)
{
    const Side refuser = event.side, sender = peer(refuser);
    const Seen<Chain> &chain = c.chain[sender];
    if (!chain || !gave_up_on_it(c, refuser) || explained(c) >= Fit::good)
        return {};
    const std::string_view library = fingerprint_library(c, refuser).library;
    const std::string exceeded = limits(chain->count, sender, library);
    if (exceeded.empty())
        return {};
    constexpr std::uint32_t of_any_java = 10; // the limit of 8 is newer
    const bool as_java = library == "JSSE" && chain->count > of_any_java &&
                         ended_by_alert(c, refuser, {"handshake_failure", "unexpected_message"});
    const std::string sent =
        "the " + std::string{name(sender)} + " sent " + plural(chain->count, "certificate", "certificates");
    Finding finding;
    finding.side = party(sender);
    finding.certainty = as_java ? Certainty::strong : Certainty::guess;
    finding.detail = sent + "; known receivers accept fewer: " + exceeded;
    if (c.ending.alert)
        finding.detail += "; the " + std::string{name(refuser)} + " answered with " + alert_text(*c.ending.alert);
    finding.because = sent + ", more than known receivers accept (" + exceeded + ")";
    finding.evidence = {chain.at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (!ended_by(c, judge_of(finding)))
        return Fit::none;
    return finding.certainty == Certainty::strong ? Fit::good : Fit::possible;
}

} // namespace tlsdiag
