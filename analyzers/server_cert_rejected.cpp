// The client refuses the server's certificate, and nothing more exact says why.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis server_cert_rejected{
    .title = "The client refuses the server's certificate",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire =
        "a certificate alert of the client after the server's Certificate, where neither the chain nor the name nor "
        "the dates explain it; TLS 1.3 without keys: the client's first encrypted record has the size of an alert",
    .remedy =
        "Read the client's log: it names the check that failed. Then correct the server's certificate or the client's "
        "trust store and policy.",
    .sources = {"RFC 8446, 6.2", "RFC 5246, 7.2.2", "RFC 8446, 5.2 (the size of an encrypted alert)"},
    .examine = examine,
    .explains = explains,
};

// Only the size of the client's last record shows. It is never named.
static Findings by_hidden_alert(const Conversation &c)
{
    if (!ended_by(c, Side::client) || c.ending.reason != EndReason::encrypted_alert || explained(c) >= Fit::possible)
        return {};
    if (c.gaps.any() || !(c.chain[Side::server] || certificate_is_encrypted(c, Side::server)))
        return {};
    Finding finding;
    finding.certainty = c.tls13() ? Certainty::guess : Certainty::strong; // the certificate came in clear right before
    finding.detail = "an alert-sized record is all that the client sent after the server's flight of " +
                     digit_groups(c.bytes[Side::server]) +
                     " bytes: it refuses the certificate (most often), its name or "
                     "signature, or the size of a message; a key log would show which";
    finding.because =
        "the client's answer to the server's flight is an encrypted alert, most often for the certificate; "
        "a key log would show it";
    return {finding};
}

static Findings examine(const Conversation &c, const Event &)
{
    if (const auto refusal = unexplained_refusal(c, Side::client))
        return {*refusal};
    return by_hidden_alert(c);
}

// Of all reasons the least telling; but a clock that is wrong at the client is one.
static Fit explains(const Conversation &c, const Finding &finding)
{
    if (!ended_by(c, Side::client))
        return Fit::none;
    return finding.side == Party::client ? Fit::exact : Fit::vague;
}

} // namespace tlsdiag
