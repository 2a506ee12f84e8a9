// Builds the finding for a FIN, RST or close_notify in the middle of a handshake.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/closed_early.hpp"

#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

// After an SSLv2 ServerHello everything is encrypted and untyped, so the handshake may have completed.
static bool may_have_completed(const Conversation &c)
{
    return c.server_hello && c.server_hello->sslv2;
}

bool hung_up(const Conversation &c, EndReason reason)
{
    return c.ending.reason == reason && c.ending.stage != Stage::nothing && !c.gaps.any() && !may_have_completed(c) &&
           !c.find(client_abandoned) && !c.find(refused_after_completion);
}

// Seen with z/OS, IIS, firewalls that filter server names, and clients that reject a certificate without an alert.
static std::string_view usual_reason(const Conversation &c)
{
    const bool hello_only = c.ending.stage == Stage::client_hello;
    if (c.ending.by == Side::client)
        return hello_only ? "the client gave up"
                          : "typical causes: the client does not accept what the server sent, or it was stopped";
    if (hello_only)
        return "typical causes: the server has no usable certificate or key, or a firewall blocks the server name";
    const bool asked = c.client_auth() != ClientAuth::none && c.client_auth() != ClientAuth::unknown;
    return asked ? "typical causes: the server does not accept the client's certificate, or it fails"
                 : "typical cause: the server fails";
}

Finding hanging_up(const Conversation &c, std::string_view sign)
{
    const std::string what = std::string{sign} + " from the " + std::string{name(c.ending.by)};
    Finding finding;
    finding.side = party(c.ending.by);
    const bool at_once = c.ending.stage == Stage::client_hello;
    finding.detail = what + " " + since_hello_text(c) +
                     (at_once ? "" : ", " + std::string{stage_text(c.ending.stage)}) + ", without an alert; " +
                     std::string{usual_reason(c)};
    finding.because = "there is no alert, so the packets do not show why; " + std::string{usual_reason(c)};
    if (c.client_hello)
        finding.evidence.push_back(c.client_hello.at.frame);
    return finding;
}

} // namespace tlsdiag
