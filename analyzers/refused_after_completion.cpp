// The server refuses a client that is done and may consider itself connected: in TLS 1.3, or in a renegotiation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis refused_after_completion{
    .title = "The server refused the client after its last message",
    .severity = Severity::error,
    .triggers = EventKind::ended | EventKind::renegotiation_refused,
    .wire = "TLS 1.3: after the client's Certificate and Finished, the server's first record has the size of an alert, "
            "or the server closes without any data, or sends EAP-Failure. Up to TLS 1.2, in a renegotiation (handshake "
            "records encrypted "
            "with the connection's keys): after the client's ChangeCipherSpec, the server sends an alert instead of "
            "its own ChangeCipherSpec. The alert itself is encrypted.",
    .remedy = "Ask the server's operator which client certificates the server accepts and why it refused this one; "
              "capture again with a key log file (SSLKEYLOGFILE) to read the alert.",
    .sources = {"RFC 8446, 4.4.2.4 and 6.2", "RFC 8446, 5.2 (sizes)", "OpenSSL issues 8500 and 11118 (the late alert)",
                "RFC 5246, 7.2.2 and 7.3 (renegotiation)"},
    .examine = examine,
    .explains = explains,
};

static std::string certificate_text(const Conversation &c)
{
    return c.client_auth() == ClientAuth::empty ? "the client's Certificate message was empty"
                                                : "the client had sent a certificate";
}

static Finding by_size(const Conversation &c)
{
    Finding finding;
    finding.side = Party::client;
    finding.certainty = Certainty::strong;
    finding.detail =
        "the server sent an alert-sized record right after the client's certificate flight, and no data; " +
        certificate_text(c) +
        "; in the tested stacks this means a refusal, and a key log file (SSLKEYLOGFILE) would show which alert it is";
    finding.because =
        certificate_text(c) +
        ", and the server did not accept that; only a key log file (SSLKEYLOGFILE) would show which alert it is";
    return finding;
}

static Finding by_closing(const Conversation &c)
{
    const bool empty = c.client_auth() == ClientAuth::empty;
    Finding finding;
    finding.side = Party::client;
    finding.certainty = empty ? Certainty::strong : Certainty::guess;
    const bool eap = c.ending.reason == EndReason::eap_failure;
    finding.detail =
        (eap ? std::string{eap_refusal(c)} +
                   " came from the server after the client's certificate flight, without an alert; "
             : "no data came from the server after the client's certificate flight, and it only closed; ") +
        certificate_text(c);
    finding.because = certificate_text(c) +
                      (eap ? ", and the server answered with " + std::string{eap_refusal(c)} + ", without an alert"
                           : ", and the server closed without an alert");
    return finding;
}

// Only the keys tell which alert it was. A close_notify is not a refusal.
static Findings in_renegotiation(const Conversation &c)
{
    const Renegotiation &now = c.renegotiation;
    if (c.close_notify[Side::server].frame == now.refused.frame)
        return {};
    const auto said = std::ranges::find_if(
        c.alerts, [&](const SeenAlert &seen) { return seen.by == Side::server && seen.at.frame == now.refused.frame; });
    const bool readable = said != c.alerts.end();
    const bool has_certificate = now.client_auth == ClientAuth::sent || now.client_auth == ClientAuth::empty;
    Finding finding;
    finding.side = Party::client;
    finding.certainty = readable ? Certainty::proven : Certainty::strong;
    finding.detail =
        "the server sent " + (readable ? alert_text(said->alert) : "an encrypted alert") +
        " in a renegotiation, instead of its ChangeCipherSpec; " +
        (has_certificate ? certificate_text(c)
                         : "servers renegotiate to request the client's certificate when a page requires one; all of "
                           "it is encrypted, and a key log file (SSLKEYLOGFILE) would show it");
    for (const Moment &one : {now.began[Side::server], now.began[Side::client], now.changed[Side::client]})
        if (one)
            finding.evidence.push_back(one.frame);
    return {finding};
}

// A readable alert says it better (fatal_alert).
static Findings examine(const Conversation &c, const Event &event)
{
    if (event.kind == EventKind::renegotiation_refused)
        return in_renegotiation(c);
    const bool certificate_asked = c.client_auth() == ClientAuth::empty || c.client_auth() == ClientAuth::sent;
    if (!c.tls13() || !certificate_asked || !ended_by(c, Side::server) || c.ending.stage != Stage::client_flight)
        return {};
    Findings found;
    if (c.ending.reason == EndReason::encrypted_alert)
        found = {by_size(c)};
    else if (c.gaps.any()) // what is missing may be data, or the alert
        return {};
    else if (c.ending.reason == EndReason::closed || c.ending.reason == EndReason::reset ||
             c.ending.reason == EndReason::eap_failure)
        found = {by_closing(c)};
    for (Finding &finding : found)
        if (c.record_sizes.client_certificate_at)
            finding.evidence.push_back(c.record_sizes.client_certificate_at.frame);
    return found;
}

// If the bytes show a fault of the client's certificate, that explains a close without a word as well.
static Fit explains(const Conversation &c, const Finding &)
{
    if (!c.ending)
        return Fit::none;
    const bool answered = c.ending.reason == EndReason::encrypted_alert;
    return answered && c.client_auth() == ClientAuth::sent ? Fit::good : Fit::possible;
}

} // namespace tlsdiag
