// The server accepts none of the client's cipher suites.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis no_shared_cipher{
    .title = "No common cipher suite",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire =
        "The server sends insufficient_security before its ServerHello; or it sends handshake_failure there, and the "
        "client offers only suites that the server does not use in other conversations, or only obsolete suites.",
    .remedy = "Enable a cipher suite on one side that the other supports; on the server, check that the key type of "
              "its certificate fits the client's suites.",
    .sources = {"RFC 5246, 7.2.2 and 7.4.1.3", "RFC 8446, 4.1.1 and 6.2",
                "RFC 7465 and RFC 9325, 4.1 (suites not to use)"},
    .examine = examine,
    .explains = explains,
};

static bool offers_only_obsolete(const std::vector<CipherSuite> &suites);
static std::vector<CipherSuite> suites_of(const ClientHello &hello);
static Finding finding_of(const Conversation &c, Certainty certainty, const std::string &what_is_known);

static Findings examine(const Conversation &c, const Event &)
{
    if (!refused_at_once(c))
        return {};
    if (ended_by_alert(c, Side::server, {"insufficient_security"}))
        return {finding_of(c, Certainty::strong, "the server considers them too weak")};
    const Comparison others = compare_with_others(c);
    if (const Lack *suite = others.only(Part::cipher_suite); suite && refused_at_once_by_alert(c)) {
        Finding finding = finding_of(c, Certainty::strong, "in other conversations this server chose " + suite->chosen);
        finding.evidence.insert(finding.evidence.end(), suite->frames.begin(), suite->frames.end());
        return {finding};
    }
    if (ended_by_alert(c, Side::server, {"handshake_failure"}) && !others.completed &&
        offers_only_obsolete(suites_of(*c.client_hello)))
        return {finding_of(c, Certainty::guess, "all of them are obsolete, and few servers still accept any")};
    return {};
}

static std::vector<CipherSuite> suites_of(const ClientHello &hello)
{
    std::vector<CipherSuite> suites = hello.cipher_suites;
    std::erase_if(suites, is_signalling);
    return suites;
}

static Finding finding_of(const Conversation &c, Certainty certainty, const std::string &what_is_known)
{
    std::vector<std::string> names;
    for (const CipherSuite suite : suites_of(*c.client_hello))
        names.push_back(cipher_suite_name(suite));
    const bool one = names.size() == 1;
    Finding finding;
    finding.side = Party::client;
    finding.certainty = certainty;
    finding.detail = "the client offers " + plural(names.size(), "cipher suite", "cipher suites") + ": " + few(names) +
                     "; " + what_is_known;
    finding.because = "the server " +
                      (one ? "does not accept the only cipher suite"
                           : "accepts none of the " + digit_groups(names.size()) + " cipher suites") +
                      " that the client offers (" + few(names, 2) + "): " + what_is_known;
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

static bool offers_only_obsolete(const std::vector<CipherSuite> &suites)
{
    return !suites.empty() && std::ranges::all_of(suites, is_obsolete);
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (ended_by_alert(c, Side::server, {"insufficient_security"}))
        return Fit::exact;
    return finding.certainty == Certainty::strong ? Fit::good : Fit::possible;
}

} // namespace tlsdiag
