// The client refuses the server's certificate, and no more specific diagnosis explains why.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis server_cert_rejected{
    .title = "The client refuses the server's certificate",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire =
        "The client sends a certificate alert after the server's Certificate, and the chain, the host name and the "
        "dates do not explain it. TLS 1.3 without keys: the client's first encrypted record has the size of an alert.",
    .remedy = "Read the client's log, which names the check that failed; then correct the server's certificate or the "
              "client's trust store and policy.",
    .sources = {"RFC 8446, 6.2", "RFC 5246, 7.2.2", "RFC 8446, 5.2 (the size of an encrypted alert)"},
    .examine = examine,
    .explains = explains,
    .claim = Claim::refusal,
};

// Only the size of the client's last record is visible, so the alert is never named.
static Findings by_hidden_alert(const Conversation &c)
{
    const bool closed = c.ending.reason == EndReason::quic_close && !c.ending.quic_code;
    const bool hidden = c.ending.reason == EndReason::encrypted_alert || closed;
    if (!ended_by(c, Side::client) || !hidden || explained(c) >= Fit::possible)
        return {};
    if (c.gaps.any() || !(c.chain[Side::server] || certificate_is_unreadable(c, Side::server)))
        return {};
    Finding finding;
    finding.certainty = c.tls13() ? Certainty::guess : Certainty::strong; // the certificate came in clear right before
    finding.detail = "the client sent only " +
                     std::string{closed ? "packets too small for its Finished" : "an alert-sized record"} +
                     " after the server's flight of " + digit_groups(c.bytes[Side::server]) +
                     " bytes: it refuses the certificate (most often), its name or signature, or the size of a "
                     "message; a key log file would show which";
    finding.because = "the client answered the server's flight with an encrypted " +
                      std::string{closed ? "close" : "alert"} +
                      ", which most often concerns the "
                      "certificate; a key log file would show it";
    return {finding};
}

static Findings examine(const Conversation &c, const Event &)
{
    if (const auto refusal = unexplained_refusal(c, Side::client))
        return {*refusal};
    return by_hidden_alert(c);
}

// The least specific of all explanations, unless the client itself is at fault (its clock, its store, its name).
static Fit explains(const Conversation &c, const Finding &finding)
{
    if (!ended_by(c, Side::client))
        return Fit::none;
    return finding.side == Party::client ? Fit::exact : Fit::vague;
}

} // namespace tlsdiag
