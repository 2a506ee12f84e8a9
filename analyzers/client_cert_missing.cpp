// The server requests a certificate, and the client sends none.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis client_cert_missing{
    .title = "The client sends no certificate",
    .severity = Severity::warning,
    .triggers = EventKind::client_flight | EventKind::alert | EventKind::ended,
    .wire = "The client sends an empty Certificate message (TLS 1.3 without keys: a record of that size) or the SSL "
            "3.0 alert no_certificate, or it ends the handshake where its Certificate was due.",
    .remedy = "Give the client a certificate, with its private key, that was issued by one of the CAs in the server's "
              "list; if the list is empty or lacks that CA, correct the list on the server.",
    .sources = {"RFC 5246, 7.4.6", "RFC 8446, 4.4.2", "RFC 6101, 5.6.6 (no_certificate)",
                "Axway, Transfer CFT, Troubleshoot security errors (CR=40)"},
    .examine = examine,
    .explains = explains,
};

// The chain that this client sent elsewhere, if the server's list contains none of its issuers; otherwise nullptr.
static const ClientChain *unmatched_elsewhere(const Conversation &c)
{
    const CaList *list = accepted_authorities(c, Side::server);
    const ClientChain *known = c.history->client_chain(c.client);
    const bool comparable = known && known->certificates.front()->readable && list && list->count == list->names.size();
    return comparable && best_match(known->certificates, *list) == NameMatch::none ? known : nullptr;
}

// The kinds of keys that the server's request excludes: a client with such a key then sends no certificate.
static std::string excluded_kinds(const Conversation &c)
{
    if (!c.certificate_request || c.certificate_request->signature_algorithms.empty())
        return "";
    const std::vector<std::string_view> kinds = kinds_of_keys(c.certificate_request->signature_algorithms);
    if (kinds.size() != 1)
        return "";
    return "; it accepts signatures with " + std::string{kinds.front()} +
           " only, so a client with another kind of key sends none";
}

static std::string why_none(const Conversation &c)
{
    const CaList *list = accepted_authorities(c, Side::server);
    if (!c.certificate_request)
        return "the server's request cannot be read here, so its list of CAs is not known";
    if (!list || list->count == 0)
        return "the server's list of CAs is empty, and some clients then cannot choose a certificate";
    std::string text = "the server requested a certificate from " +
                       (list->count == 1 ? std::string{"one CA"} : "one of " + digit_groups(list->count) + " CAs");
    if (!list->names.empty())
        text += ": " + short_name(name_text(list->names.front())) + (list->count > 1 ? ", ..." : "");
    if (const ClientChain *known = unmatched_elsewhere(c))
        return text + "; the certificate that this client sent in frame " + std::to_string(known->frame) +
               " was issued by " + short_name(known->certificates.front()->issuer_text) + ", which is not in that list";
    return text + "; the client has no such certificate, or no certificate at all";
}

static Finding about(const Conversation &c, Certainty certainty, const std::string &measured)
{
    Finding finding;
    finding.side = Party::client;
    finding.certainty = certainty;
    finding.detail = measured + "; " + why_none(c) + excluded_kinds(c);
    finding.because = "the client sent no certificate (" + measured + "); " + why_none(c) + excluded_kinds(c);
    finding.evidence = {c.certificate_request.at.frame, c.chain[Side::client].at.frame,
                        c.record_sizes.client_certificate_at.frame};
    return finding;
}

static bool said_no_certificate(const Conversation &c)
{
    const std::uint8_t no_certificate = alert_number("no_certificate");
    return std::ranges::any_of(c.alerts, [=](const SeenAlert &seen) {
        return seen.by == Side::client && !seen.alert.fatal() && seen.alert.description == no_certificate;
    });
}

// Some clients (Transfer CFT) give up instead of sending an empty Certificate, with handshake_failure or silently.
// Clients refuse a server without RFC 5746 in the same way.
static bool gave_up_instead(const Conversation &c)
{
    const bool its_turn = c.certificate_request && !certificate_came(c, Side::client) && !c.client_key_exchange &&
                          !c.finished[Side::client] && c.ending.stage >= Stage::server_flight;
    const bool silently = c.ending.reason == EndReason::closed || c.ending.reason == EndReason::reset;
    const bool can_renegotiate = c.tls13() || c.server_hello->renegotiation_info;
    return its_turn && can_renegotiate && !c.gaps.any() && ended_by(c, Side::client) && explained(c) < Fit::possible &&
           (silently || ended_by_alert(c, Side::client, {"handshake_failure"}));
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (const Seen<Chain> &chain = c.chain[Side::client]; chain && chain->empty())
        return {about(c, Certainty::proven, "an empty Certificate message")};
    if (said_no_certificate(c))
        return {about(c, Certainty::proven, "the alert no_certificate")};
    if (event.kind != EventKind::ended)
        return {};
    // If only the record sizes show it, it is a fault only once the server has refused it.
    if (!c.chain[Side::client] && c.record_sizes.client_certificate == ClientAuth::empty)
        return {about(c, Certainty::strong, "a record with the size of an empty Certificate")};
    if (!gave_up_instead(c))
        return {};
    const CaList *list = accepted_authorities(c, Side::server);
    const bool nothing_to_choose_by = (list && list->count == 0) || unmatched_elsewhere(c);
    return {about(c, nothing_to_choose_by ? Certainty::strong : Certainty::guess,
                  "the client ended the handshake where its Certificate was due")};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    const bool empty = c.client_auth() == ClientAuth::empty;
    if (ended_by(c, Side::client))
        return empty ? Fit::none : finding.certainty == Certainty::strong ? Fit::good : Fit::possible;
    if (!ended_by(c, Side::server))
        return Fit::none;
    // RFC 5246, 7.4.6 and RFC 8446, 4.4.2.4 name the alerts for it. Other certificate alerts can only be about it.
    if (refused_certificate(c, Side::server) ||
        ended_by_alert(c, Side::server, {"certificate_required", "no_certificate", "handshake_failure"}))
        return Fit::exact;
    return c.ending.alert ? Fit::none : Fit::good;
}

} // namespace tlsdiag
