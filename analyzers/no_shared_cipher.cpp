// The server accepts none of the client's cipher suites.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis.hpp"
#include "core/phrases.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

constinit const Diagnosis no_shared_cipher{
    .title = "No common cipher suite",
    .severity = Severity::error,
    .needs = Sees::ended,
    .wire = "insufficient_security before the ServerHello; or handshake_failure there, where the client offers only "
            "suites that other conversations with this server, or their age, make unacceptable.",
    .remedy =
        "Enable a cipher suite on one side that the other has; at the server, see that its certificate's key type "
        "fits the client's suites.",
    .sources = {"RFC 5246, 7.2.2 and 7.4.1.3", "RFC 8446, 4.1.1 and 6.2",
                "RFC 7465 and RFC 9325, 4.1 (suites not to use)"},
    .examine = examine,
    .explains = explains,
};

static bool offers_only_obsolete(const ClientHello &hello);
static const ServerHistory *server_with_other_suites(const Conversation &c);
static Finding finding_of(const Conversation &c, Certainty certainty, std::string what_is_known);

static Findings examine(const Conversation &c, const Event &)
{
    // A HelloRetryRequest names the suite that was agreed on (RFC 8446, 4.1.4).
    if (!c.client_hello || c.server_hello || c.hello_retry_request)
        return {};
    if (ended_by_alert(c, Side::server, {"insufficient_security"}))
        return {finding_of(c, Certainty::strong, "the server calls them too weak")};
    if (!ended_by_alert(c, Side::server, {"handshake_failure"}))
        return {};
    if (const ServerHistory *others = server_with_other_suites(c)) {
        const auto &[suite, frame] = *others->cipher_suites.begin();
        Finding finding = finding_of(c, Certainty::strong,
                                     "with others this server chose none of them but " + cipher_suite_name(suite));
        finding.evidence.push_back(frame);
        return {finding};
    }
    if (offers_only_obsolete(*c.client_hello))
        return {finding_of(c, Certainty::guess, "all of them are obsolete, and few servers still accept one")};
    return {};
}

static Finding finding_of(const Conversation &c, Certainty certainty, std::string what_is_known)
{
    std::vector<std::string> names;
    for (const CipherSuite suite : c.client_hello->cipher_suites)
        names.push_back(cipher_suite_name(suite));
    Finding finding;
    finding.side = Party::client;
    finding.certainty = certainty;
    finding.detail = plural(names.size(), "suite", "suites") + " offered: " + few(names) + "; " + what_is_known;
    finding.because = "of the " + plural(names.size(), "cipher suite", "cipher suites") +
                      " that the client offers the server accepts none: " + what_is_known;
    finding.evidence = {c.client_hello.at.frame};
    return finding;
}

// NULL, anonymous, EXPORT, RC2, RC4, DES and 3DES.
static bool is_obsolete(CipherSuite suite)
{
    const std::string name = cipher_suite_name(suite);
    const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
    return has("_NULL_") || has("_anon_") || has("EXPORT") || has("_RC2_") || has("_RC4_") || has("_DES_") ||
           has("3DES");
}

static bool offers_only_obsolete(const ClientHello &hello)
{
    return !hello.cipher_suites.empty() && std::ranges::all_of(hello.cipher_suites, is_obsolete);
}

// Other conversations show versions and groups that this client has as well, and only suites that it has not.
static const ServerHistory *server_with_other_suites(const Conversation &c)
{
    const ServerHistory *others = c.known->server(c.server);
    const ClientHello &hello = *c.client_hello;
    if (!others || !others->completed || others->cipher_suites.empty())
        return nullptr;
    const auto offered = [](const auto &offer, const auto &chosen) {
        return std::ranges::any_of(chosen,
                                   [&](const auto &one) { return std::ranges::find(offer, one.first) != offer.end(); });
    };
    const bool version_fits = hello.supported_versions.empty() ? others->versions.contains(hello.legacy_version)
                                                               : offered(hello.supported_versions, others->versions);
    const bool group_fits = others->groups.empty() || offered(hello.groups, others->groups);
    return version_fits && group_fits && !offered(hello.cipher_suites, others->cipher_suites) ? others : nullptr;
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (ended_by_alert(c, Side::server, {"insufficient_security"}))
        return Fit::exact;
    return finding.certainty == Certainty::strong ? Fit::good : Fit::possible;
}

} // namespace tlsdiag
