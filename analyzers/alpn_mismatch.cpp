// The client and the server have no application protocol (ALPN) in common.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis alpn_mismatch{
    .title = "No common application protocol (ALPN)",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The alert no_application_protocol; or the server chooses a protocol that the client did not offer, and "
            "the client ends the handshake.",
    .remedy = "Enable on the server a protocol that the client offers, or configure the client to offer one that the "
              "server supports (or none at all).",
    .sources = {"RFC 7301, 3.1 and 3.2", "RFC 9001, 8.1 (QUIC)"},
    .examine = examine,
    .explains = explains,
};

static std::string list_text(const std::vector<std::string> &protocols)
{
    std::vector<std::string> names;
    for (const std::string &one : protocols)
        names.push_back(printable(one, 40));
    return names.empty() ? "no protocol" : few(names, 6);
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

// "; in other conversations the server chose h2 (frame 8)".
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
    return "; in other conversations the server chose " + few(names);
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
    const std::string offer =
        c.client_hello ? "the client offers " + list_text(c.client_hello->alpn) : "the client's offer was not seen";
    finding.detail = offer;
    if (const auto protocol = chosen(c))
        finding.detail += "; the server chose " + printable(*protocol, 40);
    finding.because = named
                          ? "the client and the server have no application protocol in common; " + offer
                          : "the server chose the application protocol " + printable(*chosen(c), 40) + ", but " + offer;
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
