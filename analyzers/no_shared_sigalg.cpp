// The server cannot sign with any algorithm that the client accepts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis no_shared_sigalg{
    .title = "No common signature algorithm",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The server signs with an algorithm that the client did not offer, and the client ends the handshake; or "
            "the server answers a ClientHello without signature_algorithms with missing_extension; or it refuses the "
            "client before its ServerHello, and the client lacks only the algorithm that the server used in other "
            "conversations, or accepts only one type of key.",
    .remedy = "Enable a signature algorithm on the client that fits the key of the server's certificate, or give the "
              "server a certificate with a type of key that the client accepts.",
    .sources = {"RFC 8446, 4.2.3, 4.4.2.2 and 9.1", "RFC 5246, 7.4.1.4.1 and 7.4.3"},
    .examine = examine,
    .explains = explains,
};

static std::string offer_text(const ClientHello &hello)
{
    std::vector<std::string> names;
    for (const SignatureScheme scheme : hello.signature_algorithms)
        names.push_back(signature_scheme_name(scheme));
    return names.empty()
               ? "no signature algorithms"
               : (names.size() == 1 ? "the signature algorithm " : "the signature algorithms ") + few(names, 6);
}

static Finding finding_of(const Conversation &c, Certainty certainty, const std::string &why)
{
    Finding finding;
    finding.side = Party::client;
    finding.certainty = certainty;
    finding.detail = "the client offers " + offer_text(*c.client_hello) + "; " + why;
    finding.because = "the server cannot sign with any algorithm that the client accepts: the client offers " +
                      offer_text(*c.client_hello) + "; " + why;
    finding.evidence = {c.client_hello.at.frame};
    return finding;
}

struct ChosenScheme {
    SignatureScheme scheme;
    std::uint32_t frame;
};

static std::optional<ChosenScheme> chosen(const Conversation &c)
{
    if (c.server_key_exchange && c.server_key_exchange->scheme)
        return ChosenScheme{*c.server_key_exchange->scheme, c.server_key_exchange.at.frame};
    if (const auto &verify = c.certificate_verify[Side::server]; verify && verify->scheme)
        return ChosenScheme{*verify->scheme, verify.at.frame};
    return std::nullopt;
}

static std::optional<Finding> signed_otherwise(const Conversation &c)
{
    const std::vector<SignatureScheme> &offer = c.client_hello->signature_algorithms;
    const std::optional<ChosenScheme> choice = chosen(c);
    if (!choice || offer.empty() || !ended_by(c, Side::client) ||
        std::ranges::find(offer, choice->scheme) != offer.end())
        return std::nullopt;
    Finding finding =
        finding_of(c, Certainty::strong, "the server signs with " + signature_scheme_name(choice->scheme));
    finding.side = Party::server;
    finding.evidence.push_back(choice->frame);
    return finding;
}

// The one kind of key that the client accepts, where its cipher suites do not already exclude the others.
static std::string only_kind(const ClientHello &hello)
{
    const std::vector<std::string_view> kinds = kinds_of_keys(hello.signature_algorithms);
    if (kinds.size() != 1)
        return "";
    const auto suite = [&](std::string_view part) {
        return std::ranges::any_of(hello.cipher_suites, [part](CipherSuite one) {
            return cipher_suite_name(one).find(part) != std::string::npos;
        });
    };
    const bool tls13_only = hello.supported_versions == std::vector<Version>{0x0304};
    const bool others = kinds.front() == "RSA" ? suite("_ECDSA_") : suite("_RSA_");
    return tls13_only || others ? std::string{kinds.front()} : "";
}

static std::optional<Finding> refused(const Conversation &c)
{
    if (ended_by_alert(c, Side::server, {"missing_extension"}) && c.client_hello->signature_algorithms.empty())
        return finding_of(c, Certainty::strong, "the server reports a missing extension (109)");
    const Comparison others = compare_with_others(c);
    const auto certainty = certainty_of_lack(c);
    if (const Lack *scheme = others.only(Part::signature_scheme); scheme && certainty) {
        Finding finding = finding_of(c, *certainty, "in other conversations this server signed with " + scheme->chosen);
        finding.evidence.insert(finding.evidence.end(), scheme->frames.begin(), scheme->frames.end());
        return finding;
    }
    const std::string kind = only_kind(*c.client_hello);
    if (kind.empty() || !others.lacks.empty() || !ended_by_alert(c, Side::server, {"handshake_failure"}))
        return std::nullopt;
    return finding_of(c, Certainty::guess,
                      "a server whose certificate does not have a key for " + kind + " can use none of them");
}

static Findings examine(const Conversation &c, const Event &)
{
    if (!c.client_hello)
        return {};
    const auto found = refused_at_once(c) ? refused(c) : signed_otherwise(c);
    return found ? Findings{*found} : Findings{};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (refused_at_once(c))
        return finding.certainty == Certainty::strong ? Fit::good : Fit::possible;
    return ended_by_alert(c, Side::client, {"illegal_parameter", "handshake_failure"}) ? Fit::exact : Fit::possible;
}

} // namespace tlsdiag
