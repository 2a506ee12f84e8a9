// The client and the server have no TLS version in common.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis version_mismatch{
    .title = "No common version of TLS or QUIC",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "One side sends the alert protocol_version; or the ServerHello chooses a version that the client did not "
            "offer, and the client ends the handshake; or a server that is seen to use only other versions refuses the "
            "client before its ServerHello. QUIC: the server's first packet is Version Negotiation.",
    .remedy = "Enable a version on one side that the other supports: TLS 1.2 or 1.3.",
    .sources = {"RFC 8446, 4.2.1 and 6.2", "RFC 5246, 7.2.2 and E.1", "RFC 8996", "RFC 9000, 6"},
    .examine = examine,
    .explains = explains,
};

static constexpr Version tls12 = 0x0303;

static std::optional<Finding> refused_by_name(const Conversation &c);
static std::optional<Finding> chosen_without_offer(const Conversation &c);
static std::optional<Finding> server_speaks_others(const Conversation &c);
static std::optional<Finding> client_too_old(const Conversation &c);
static std::optional<Finding> refused_in_quic(const Conversation &c);

static Findings examine(const Conversation &c, const Event &)
{
    for (const auto ask :
         {refused_in_quic, refused_by_name, chosen_without_offer, server_speaks_others, client_too_old})
        if (auto finding = ask(c))
            return {*std::move(finding)};
    return {};
}

static bool old(const ClientHello &hello)
{
    return comparable_version(hello.highest_version()) < tls12;
}

static std::string offer(const Conversation &c)
{
    return c.client_hello ? "the client offers " + offered_versions_text(*c.client_hello)
                          : "the client's offer is not seen";
}

// What the server chose elsewhere in this capture: "; in other conversations this server chose TLS 1.2 (frame 6)".
static std::string history(const Conversation &c, Finding &finding)
{
    const ServerHistory *others = c.history->server(c.server);
    if (!others || c.server_hello)
        return "";
    std::vector<std::string> seen;
    for (const auto &[version, frame] : others->versions) {
        seen.push_back(version_name(version) + " (frame " + std::to_string(frame) + ")");
        finding.evidence.push_back(frame);
    }
    return seen.empty() ? "" : "; in other conversations this server chose " + few(seen);
}

// Once both have agreed on a version, the alert is about a single record, not about what they support.
static bool agreed(const Conversation &c)
{
    return c.server_hello && (c.ending.by == Side::server || client_began_flight(c));
}

static std::optional<Finding> refused_by_name(const Conversation &c)
{
    if (!ended_by_alert(c, c.ending.by, {"protocol_version"}) || agreed(c))
        return std::nullopt;
    // A client that has sent its flight accepts the version: its alert answers bytes that are no record.
    const bool agreed = ended_by(c, Side::client) && c.ending.stage >= Stage::client_flight;
    if (agreed || c.plain_after[peer(c.ending.by)])
        return std::nullopt;
    const bool server_refuses = c.ending.by == Side::server;
    Finding finding;
    finding.side = server_refuses && c.client_hello && old(*c.client_hello) ? Party::client : Party::server;
    finding.detail = offer(c);
    finding.because = server_refuses ? "it supports none of the versions that the client offers" : "";
    if (c.server_hello) {
        const std::string chosen = version_name(c.server_hello->version);
        finding.detail += "; the server chose " + chosen;
        finding.because = "the server chose " + chosen + ", which the client does not accept";
        finding.evidence.push_back(c.server_hello.at.frame);
    } else if (c.client_hello) {
        finding.because += " (" + offered_versions_text(*c.client_hello) + ")";
    }
    const std::string others = history(c, finding);
    finding.detail += "; the " + std::string{name(c.ending.by)} + " refused with protocol_version (70)" + others;
    finding.because += others;
    return finding;
}

static std::optional<Finding> chosen_without_offer(const Conversation &c)
{
    if (!c.server_hello || !c.client_hello || !ended_by(c, Side::client) ||
        offers(*c.client_hello, c.server_hello->version))
        return std::nullopt;
    const std::string chosen = version_name(c.server_hello->version);
    Finding finding;
    finding.side = Party::server;
    finding.certainty = Certainty::strong;
    finding.detail = "the server chose " + chosen + "; " + offer(c);
    finding.because =
        "the server chose " + chosen + ", but the client offers " + offered_versions_text(*c.client_hello);
    finding.evidence = {c.client_hello.at.frame, c.server_hello.at.frame};
    return finding;
}

// Some servers send handshake_failure or internal_error, or only close.
static std::optional<Finding> server_speaks_others(const Conversation &c)
{
    const ServerHistory *others = c.history->server(c.server);
    const bool telling = c.ending.reason == EndReason::closed || c.ending.reason == EndReason::reset ||
                         ended_by_alert(c, Side::server, {"handshake_failure", "internal_error", "illegal_parameter"});
    if (!refused_at_once(c) || !telling || !others || others->versions.empty())
        return std::nullopt;
    const ClientHello &hello = *c.client_hello;
    if (std::ranges::any_of(others->versions, [&](const auto &one) { return offers(hello, one.first); }))
        return std::nullopt;
    // A server that is seen only with newer versions may still support an older one.
    Finding finding;
    finding.side = old(hello) ? Party::client : Party::server;
    finding.certainty = old(hello) ? Certainty::guess : Certainty::strong;
    const std::string seen = history(c, finding);
    finding.detail = offer(c) + seen;
    finding.because = "the client offers " + offered_versions_text(hello) + seen;
    return finding;
}

// OpenSSL 3 finds no signature algorithm that it may use below TLS 1.2 and sends internal_error; other stacks send
// handshake_failure. Most servers have refused TLS 1.0 and 1.1 since 2018 (RFC 8996 is from 2021).
static std::optional<Finding> client_too_old(const Conversation &c)
{
    constexpr Time mid_2018 = 1'530'316'800 * second;
    const bool eap = c.ending.reason == EndReason::eap_failure;
    if (!refused_at_once(c) || !old(*c.client_hello) || c.ending.at.time < mid_2018 ||
        !(eap || ended_by_alert(c, Side::server, {"internal_error", "handshake_failure"})))
        return std::nullopt;
    const std::string best = version_name(c.client_hello->highest_version());
    Finding finding;
    finding.side = Party::client;
    finding.certainty = Certainty::guess;
    finding.detail = "the client offers " + best + " and below; " +
                     (eap ? "EAP servers that require TLS 1.2 (FreeRADIUS: tls_min_version) answer with EAP-Failure, "
                            "often without an alert"
                          : "OpenSSL 3 servers refuse TLS 1.0 and 1.1 with internal_error, others with "
                            "handshake_failure") +
                     "; the reason can also be the cipher suites";
    finding.because = "the client offers no version above " + best + ", which many servers no longer accept (a guess)";
    finding.evidence = {c.client_hello.at.frame};
    return finding;
}

// The versions of QUIC itself.
static std::optional<Finding> refused_in_quic(const Conversation &c)
{
    if (c.ending.reason != EndReason::version_refused)
        return std::nullopt;
    const QuicVersionNegotiation &negotiation = *c.quic_version_negotiation;
    Finding finding;
    finding.side = Party::client;
    finding.detail = "the client tried QUIC version " + quic_version_text(negotiation.tried) +
                     "; the server supports " + quic_versions_text(negotiation.supported);
    finding.because = finding.detail;
    finding.remedy = "Enable a QUIC version on one side that the other supports, if no other connection follows.";
    finding.evidence = {c.quic_version_negotiation.at.frame};
    return finding;
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (c.ending.reason == EndReason::version_refused)
        return Fit::exact;
    if (ended_by_alert(c, c.ending.by, {"protocol_version"}) && finding.certainty == Certainty::proven)
        return Fit::exact;
    if (!c.ending)
        return Fit::none;
    return finding.certainty == Certainty::strong && c.ending.reason == EndReason::alert ? Fit::good : Fit::possible;
}

} // namespace tlsdiag
