// The two sides have no application protocol (ALPN) in common.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

constinit const Diagnosis alpn_mismatch{
    .title = "No common application protocol (ALPN)",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire =
        "The alert no_application_protocol; or the server chooses a protocol that the client did not offer, and the "
        "client ends it.",
    .remedy =
        "Enable at the server a protocol that the client offers, or have the client offer one that the server has "
        "(or none at all).",
    .sources = {"RFC 7301, 3.1 and 3.2", "RFC 9001, 8.1 (QUIC)"},
    .examine = examine,
    .explains = explains,
};

static std::string list_text(const std::vector<std::string> &protocols)
{
    std::vector<std::string> names;
    for (const std::string &one : protocols)
        names.push_back(printable(one, 40));
    return names.empty() ? "none" : few(names, 6);
}

static std::optional<std::string> chosen(const Conversation &c)
{
    if (c.encrypted_extensions && c.encrypted_extensions->alpn)
        return c.encrypted_extensions->alpn;
    return c.server_hello ? c.server_hello->alpn : std::nullopt;
}

static bool chosen_without_offer(const Conversation &c)
{
    const std::optional<std::string> protocol = chosen(c);
    return protocol && c.client_hello && ended_by(c, Side::client) &&
           std::ranges::find(c.client_hello->alpn, *protocol) == c.client_hello->alpn.end();
}

// "; with others the server chose h2 (frame 8)".
static std::string history(const Conversation &c, Finding &finding)
{
    const ServerHistory *others = c.history->server(c.server);
    if (!others || others->protocols.empty())
        return "";
    std::vector<std::string> names;
    for (const auto &[protocol, frame] : others->protocols) {
        names.push_back(printable(protocol, 40) + " (frame " + std::to_string(frame) + ")");
        finding.evidence.push_back(frame);
    }
    return "; with others the server chose " + few(names);
}

static Findings examine(const Conversation &c, const Event &)
{
    const bool named = ended_by_alert(c, c.ending.by, {"no_application_protocol"});
    if (!named && !chosen_without_offer(c))
        return {};
    Finding finding;
    finding.side = named ? Party::client : Party::server;
    if (!named)
        finding.certainty = Certainty::strong;
    const std::string offer = c.client_hello ? list_text(c.client_hello->alpn) : "not seen";
    finding.detail = "offered by the client: " + offer;
    if (const auto protocol = chosen(c))
        finding.detail += "; chosen by the server: " + printable(*protocol, 40);
    finding.because = named ? "the two have no application protocol in common; the client offers " + offer
                            : "the server chose the application protocol " + printable(*chosen(c), 40) +
                                  ", and the client offers " + offer;
    const std::string others = history(c, finding);
    finding.detail += others;
    finding.because += others;
    if (c.client_hello)
        finding.evidence.push_back(c.client_hello.at.frame);
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    if (ended_by_alert(c, c.ending.by, {"no_application_protocol"}))
        return Fit::exact;
    return ended_by_alert(c, Side::client, {"illegal_parameter", "handshake_failure"}) ? Fit::good : Fit::possible;
}

} // namespace tlsdiag
