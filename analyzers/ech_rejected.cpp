// The client offers Encrypted Client Hello (ECH), and the server does not accept it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/refusal.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis ech_rejected{
    .title = "The server did not accept Encrypted Client Hello",
    .severity = Severity::warning,
    .triggers = EventKind::ended,
    .wire = "The ClientHello has the extension encrypted_client_hello, and the client sends the alert ech_required; or "
            "the server's EncryptedExtensions have retry configurations, and the client refuses a certificate that is "
            "for the name in the clear. Without keys, TLS 1.3 hides all of this.",
    .remedy = "Publish the server's current ECH configuration in its DNS record (HTTPS), and keep the old key on the "
              "server until caches have expired; a client must retry with the configurations that the server sent.",
    .sources = {"RFC 9849, 6.1.6 and 7.1", "RFC 9849, 11.2 (ech_required)", "RFC 9848 (ECH in DNS records)"},
    .examine = examine,
    .explains = explains,
};

static std::string retry_text(const Conversation &c)
{
    if (!c.encrypted_extensions)
        return c.tls13() ? "whether it sent retry configurations cannot be read"
                         : "it chose " + version_name(c.version()) + ", which has no ECH";
    return c.encrypted_extensions->encrypted_client_hello
               ? "it sent retry configurations, with which the client can try again"
               : "it sent no retry configurations, so it does not have ECH, or has it switched off";
}

static Findings examine(const Conversation &c, const Event &)
{
    if (!c.client_hello || !c.client_hello->encrypted_client_hello || !c.server_hello)
        return {};
    const bool said = ended_by_alert(c, Side::client, {"ech_required"});
    // GREASE looks the same, so a refusal in other words is only a guess.
    const bool retry = c.encrypted_extensions && c.encrypted_extensions->encrypted_client_hello;
    const bool perhaps =
        retry && refused_certificate(c, Side::client) && name_fits(c) && explained(c) < Fit::good && !c.gaps.any();
    if (!said && !perhaps)
        return {};
    const std::string outer = c.sni() ? " for " + printable(*c.sni(), 100) : "";
    Finding finding;
    finding.side = Party::server;
    finding.certainty = said ? Certainty::proven : Certainty::guess;
    finding.detail = "the client offered an encrypted ClientHello, the server answered the one in the clear" + outer +
                     ", and the client ended it with " + alert_text(*c.ending.alert) + "; " + retry_text(c);
    finding.because = "the server did not accept the encrypted ClientHello (ECH); " + retry_text(c);
    if (!said) {
        constexpr std::string_view otherwise = "; if the extension is only GREASE, the client does not accept the "
                                               "certificate for another reason";
        finding.detail += otherwise;
        finding.because += otherwise;
    }
    finding.evidence = {c.client_hello.at.frame, c.server_hello.at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    if (ended_by_alert(c, Side::client, {"ech_required"}))
        return Fit::exact;
    return ended_by(c, Side::client) ? Fit::possible : Fit::none;
}

} // namespace tlsdiag
