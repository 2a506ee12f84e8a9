// An unspecific alert or failure that no other finding explains: lists the possible causes.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis handshake_failure_unexplained{
    .title = "Handshake refused, and the packets do not show why",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The alert handshake_failure, internal_error, illegal_parameter or decrypt_error, EAP-Failure, or a QUIC "
            "close, which no other diagnosis explains.",
    .remedy = "Check the log of the side that ended the handshake, at this time: only that side knows the reason.",
    .sources = {"RFC 8446, 6.2", "RFC 5246, 7.2.2"},
    .examine = examine,
    .explains = explains,
};

static bool says_little(const Conversation &c);
static std::string words(const Ending &ending);
static std::string candidates(const Conversation &c);

static Findings examine(const Conversation &c, const Event &)
{
    if (!says_little(c) || explained(c) >= Fit::possible)
        return {};
    const Ending &ending = c.ending;
    Finding finding;
    finding.side = party(ending.by);
    finding.detail = words(ending) + " from the " + std::string{name(ending.by)} + " " +
                     std::string{stage_text(ending.stage)} + "; possible causes: " + candidates(c);
    finding.because = "the packets do not show why; possible causes: " + candidates(c);
    if (c.client_hello)
        finding.evidence.push_back(c.client_hello.at.frame);
    return {finding};
}

static bool says_little(const Conversation &c)
{
    return c.ending.reason == EndReason::eap_failure || c.ending.reason == EndReason::quic_close ||
           ended_by_alert(c, c.ending.by,
                          {"handshake_failure", "internal_error", "illegal_parameter", "decrypt_error"});
}

static std::string words(const Ending &ending)
{
    if (ending.alert)
        return alert_text(*ending.alert);
    if (ending.quic_code)
        return "CONNECTION_CLOSE with error " + hex(*ending.quic_code);
    return "EAP-Failure";
}

static std::string group_names(const ClientHello &hello)
{
    std::vector<std::string> names;
    for (const Group group : hello.groups)
        names.push_back(group_name(group));
    return few(names);
}

static std::string what_was_offered(const ClientHello &hello)
{
    const auto suites = std::ranges::count_if(hello.cipher_suites, [](CipherSuite one) { return !is_signalling(one); });
    std::string text = "the " + plural(static_cast<std::uint64_t>(suites), "cipher suite", "cipher suites");
    text += hello.groups.empty() ? "" : ", the groups (" + group_names(hello) + ")";
    text += hello.signature_algorithms.empty() ? "" : ", the signature algorithms";
    text += ", the version (" + offered_versions_text(hello) + ")";
    text +=
        hello.sni ? ", the server name (" + printable(*hello.sni, 40) + ")" : ", the absence of a server name (SNI)";
    return text + ", or no certificate on the server that fits the offer";
}

// The same, narrowed down by what this server accepted in other conversations.
static std::string what_is_refused(const Conversation &c)
{
    const Comparison others = compare_with_others(c);
    if (others.all_fits())
        return "a certificate or a key that the server cannot use, or its policy for this client: the client offers a "
               "version, a cipher suite and a group that the server accepted in other conversations (a handshake "
               "completed in frame " +
               std::to_string(others.completed) + ")";
    std::vector<std::string> missing;
    for (const Lack &lack : others.lacks)
        missing.push_back(lack.chosen);
    const std::string offer = what_was_offered(*c.client_hello);
    return missing.empty()
               ? offer
               : "the client does not offer what this server used in other conversations: " + join(missing, ", ") +
                     "; or else " + offer;
}

static std::string candidates(const Conversation &c)
{
    if (c.ending.reason == EndReason::quic_close)
        return "a fault in the transport or in the application: QUIC's error codes do not tell more";
    if (c.ending.reason == EndReason::eap_failure)
        return "the authentication server's policy, a limit on EAP rounds, or a client certificate that it refuses";
    if (c.ending.alert->description == alert_number("decrypt_error"))
        return "the " + std::string{name(peer(c.ending.by))} +
               "'s private key does not match its certificate, or something on the path changed the handshake";
    if (c.ending.alert->description == alert_number("internal_error"))
        return "a fault in the " + std::string{name(c.ending.by)} +
               "'s configuration (its certificate, its private key, its lists)";
    if (!c.server_hello && c.client_hello && c.ending.by == Side::server)
        return what_is_refused(c);
    if (c.ending.by == Side::client)
        return "the server's certificate or signature, or the parameters that the server chose";
    return c.certificate_request ? "the client's certificate or signature"
                                 : "the client's key exchange or its Finished";
}

static Fit explains(const Conversation &, const Finding &)
{
    return Fit::vague;
}

} // namespace tlsdiag
