// Decides how a handshake ended and why, and builds the sentence that tells it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/verdict.hpp"

#include "core/base/time_text.hpp"
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/certainty.hpp"
#include "core/diagnosis/closed_early.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/refusal.hpp"

#include <algorithm>

namespace tlsdiag {

std::string_view name(Outcome outcome)
{
    switch (outcome) {
    case Outcome::completed:
        return "completed";
    case Outcome::failed:
        return "failed";
    case Outcome::abandoned:
        return "abandoned";
    case Outcome::unfinished:
        return "unfinished";
    case Outcome::unseen:
        return "unseen";
    }
    return "";
}

std::string_view name(ClientAuth auth)
{
    switch (auth) {
    case ClientAuth::unknown:
        return "unknown";
    case ClientAuth::none:
        return "none";
    case ClientAuth::requested:
        return "requested";
    case ClientAuth::sent:
        return "sent";
    case ClientAuth::empty:
        return "empty";
    }
    return "";
}

// When packets may be missing before the ending, only an alert or an equally explicit ending tells how it came about.
static bool hidden_by_capture(const Conversation &c)
{
    return c.ending.reason != EndReason::alert && c.ending.reason != EndReason::not_tls &&
           c.ending.reason != EndReason::starttls_refused && c.ending.reason != EndReason::unreachable &&
           c.ending.reason != EndReason::version_refused && c.gaps.any() &&
           !(c.ending.reason == EndReason::silence && c.unanswered());
}

static bool closed(const Conversation &c)
{
    return c.fin[Side::client] && c.fin[Side::server];
}

Outcome outcome(const Conversation &c)
{
    if (c.completed)
        return Outcome::completed;
    if (!c.ending)
        return c.gaps.any() || c.inner || closed(c) || c.end_is_encrypted() ? Outcome::unseen : Outcome::unfinished;
    if (c.find(client_abandoned))
        return Outcome::abandoned;
    return hidden_by_capture(c) ? Outcome::unseen : Outcome::failed;
}

Cause find_cause(const Conversation &c)
{
    Cause best;
    for (const Entry &entry : catalogue()) { // the catalogue's order decides between equals
        if (!entry.diagnosis->explains)
            continue;
        for (const Finding &finding : c.findings) {
            const Fit fit = finding.diagnosis == entry.diagnosis ? entry.diagnosis->explains(c, finding) : Fit::none;
            if (fit > best.fit)
                best = {&finding, fit};
        }
    }
    return best;
}

// ---- The sentence ----

static std::string capitalised(std::string text)
{
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

static std::string who(const Conversation &c, Side side)
{
    if (c.transport == Transport::eap)
        return side == Side::client ? "the EAP peer" : "the EAP server";
    return "the " + std::string{name(side)};
}

static std::string alert_clause(const Conversation &c)
{
    const Ending &e = c.ending;
    const std::string alert = alert_name(e.alert->description);
    const Seen<Chain> &chain = c.chain[peer(e.by)];
    const bool sent = chain ? !chain->empty() : certificate_came(c, peer(e.by));
    if (refused_certificate(c, e.by) && sent)
        return who(c, e.by) + " refused the " + std::string{name(peer(e.by))} + "'s certificate (" + alert + ")";
    return who(c, e.by) + " ended the handshake with the alert " + alert + " " + std::string{stage_text(c, e.stage)};
}

static std::string hidden_alert_clause(const Conversation &c)
{
    const Ending &e = c.ending;
    if (c.refused_late)
        return who(c, e.by) + " answered the client's certificate flight with an alert-sized record";
    return who(c, e.by) + " sent " + (c.tls13() ? "an alert-sized record" : "an encrypted alert") + " " +
           std::string{stage_text(c, e.stage)} + " (unreadable without keys)";
}

static std::string not_tls_clause(const Conversation &c)
{
    const Side side = c.ending.by;
    if (side == Side::server && c.first_tls[side])
        return who(c, side) + " left TLS " + std::string{stage_text(c, c.ending.stage)};
    const bool before = c.not_tls[side] && c.client_hello && c.not_tls[side].at.frame < c.client_hello.at.frame;
    const bool answered = c.client_hello && !before;
    return side == Side::server && answered ? "the server answered the ClientHello with bytes that are not TLS"
                                            : who(c, side) + " sent bytes that are not TLS";
}

static std::string unreachable_clause(const Ending &e)
{
    const std::string code =
        " (ICMP type " + std::to_string(*e.icmp >> 8) + ", code " + std::to_string(*e.icmp & 0xff) + ")";
    if (e.port_unreachable())
        return "the " + std::string{name(peer(e.by))} + "'s host reported that nobody listens on its port" + code;
    return "the network reported that the " + std::string{name(peer(e.by))} + " is unreachable" + code;
}

static std::string quic_close_clause(const Conversation &c)
{
    const Ending &e = c.ending;
    const std::string stage{stage_text(e.stage)};
    if (!e.quic_code)
        return who(c, e.by) + " sent its last, encrypted packet " + stage +
               ", too small for its Finished, and both sides fell silent";
    return who(c, e.by) + " closed the QUIC connection with error " + hex(*e.quic_code, 2) +
           (e.quic_reason.empty() ? "" : " (\"" + e.quic_reason + "\")") + " " + stage;
}

static std::string ending_clause(const Conversation &c)
{
    const Ending &e = c.ending;
    const std::string stage{stage_text(c, e.stage)};
    switch (e.reason) {
    case EndReason::alert:
        return alert_clause(c);
    case EndReason::encrypted_alert:
        return hidden_alert_clause(c);
    case EndReason::closed:
        if (closed_before_hello(c))
            return who(c, e.by) + " closed the connection before the ClientHello";
        return who(c, e.by) + (e.close_notify ? " ended TLS with close_notify " : " closed the connection ") + stage;
    case EndReason::reset:
        return who(c, e.by) + " reset the connection " + stage;
    case EndReason::silence:
        if (c.segments[e.by].stuck_times > 0)
            return who(c, e.by) + "'s data did not get through";
        return who(c, e.by) + " did not send the next message " + stage;
    case EndReason::not_tls:
        return not_tls_clause(c);
    case EndReason::starttls_refused:
        return c.went_on_plainly ? "TLS did not start, and the client went on without TLS" : "TLS did not start";
    case EndReason::unreachable:
        return unreachable_clause(e);
    case EndReason::eap_failure:
        return "the EAP server ended the exchange with " + std::string{eap_refusal(c)} + " " + stage;
    case EndReason::quic_close:
        return quic_close_clause(c);
    case EndReason::version_refused:
        return "the server refused the client's QUIC version with a Version Negotiation packet";
    case EndReason::cookie_refused:
        return "the server asked for the cookie again, and the handshake did not go on";
    case EndReason::none:
        break;
    }
    return "";
}

// Why a completion is only a guess.
static std::string_view doubt(CompletionSign sign)
{
    switch (sign) {
    case CompletionSign::seen:
        break;
    case CompletionSign::not_refused:
        return "no record of the server after the client's Finished shows that it accepted the client";
    case CompletionSign::alert_sized:
        return "all that the server sent after the client's Finished has the size of an alert, which is a close_notify "
               "or a refusal; a key log file (SSLKEYLOGFILE) would show which";
    case CompletionSign::client_left:
        return "all that the client sent after its Finished has the size of an alert, which is a close_notify, or its "
               "refusal because the server did not accept ECH; a key log file (SSLKEYLOGFILE) would show which";
    }
    return "";
}

// Most handshakes complete, so this sentence is built only when it is shown.
static std::string completed_sentence(const Summary &summary)
{
    const std::string_view why_open = doubt(summary.verdict.completion);
    std::string text = why_open.empty() ? "The handshake completed" : "The handshake probably completed";
    if (summary.seconds >= 0)
        text += " in " + duration_text(summary.seconds);
    if (summary.version)
        text += " with " + version_name(summary.version);
    if (summary.resumed)
        text += ", resumed";
    if (summary.external_psk)
        text += ", with an external pre-shared key";
    if (summary.client_auth == ClientAuth::sent)
        text += ", with a client certificate";
    else if (summary.client_auth == ClientAuth::empty)
        text += ", without the client certificate that the server requested";
    if (std::ranges::find(summary.findings, &refused_after_completion, &Finding::diagnosis) != summary.findings.end())
        text += "; the server later refused the client in a renegotiation";
    if (!why_open.empty())
        text += "; " + std::string{why_open};
    return text + ".";
}

static std::string cut_sentence(const Conversation &c, Outcome outcome)
{
    if (outcome == Outcome::unfinished)
        return "The capture ends " + std::string{stage_text(c, c.stage)} + ", before the end of the handshake.";
    std::string why = "packets are missing";
    if (c.gaps.started_midway && !c.tcp_syn) // so far, perhaps only one side was heard
        why = "it starts after the beginning of the handshake";
    else if (c.gaps.direction_missing[Side::client] || c.gaps.direction_missing[Side::server])
        why = "it contains only the " + std::string{c.gaps.direction_missing[Side::client] ? "server" : "client"} +
              "'s packets";
    else if (c.gaps.truncated)
        why = "its packets are truncated";
    else if (c.inner)
        why = "the rest of the inner connection is not decrypted";
    else if (c.end_is_encrypted())
        why = "the client's last packets are encrypted";
    else if (!c.gaps.any())
        why = "the server's last message is encrypted";
    return "The capture does not show how the handshake ended: " + why + ".";
}

static std::string failed_sentence(const Conversation &c, const Cause &cause, Certainty certainty)
{
    std::string text = capitalised(ending_clause(c));
    if (cause.fit == Fit::symptom && !cause.finding->because.empty())
        return text + "; " + cause.finding->because + ".";
    if (!cause.finding || cause.finding->because.empty())
        return text + "; the packets do not show why.";
    if (cause.fit == Fit::vague || certainty == Certainty::proven)
        text += ": ";
    else
        text += certainty == Certainty::strong ? ", most likely because " : ", perhaps because ";
    return text + cause.finding->because + ".";
}

Verdict judge(const Conversation &c, bool at_end)
{
    Verdict verdict;
    verdict.outcome = outcome(c);
    verdict.at = c.completed ? c.completed : c.ending ? c.ending.at : at_end ? c.last : Moment{};
    switch (verdict.outcome) {
    case Outcome::completed:
        verdict.certainty = earned(c.completion_sign);
        verdict.completion = c.completion_sign;
        return verdict;
    case Outcome::unfinished:
    case Outcome::unseen:
        verdict.sentence = cut_sentence(c, verdict.outcome);
        return verdict;
    case Outcome::failed:
    case Outcome::abandoned:
        break;
    }
    const Cause cause = find_cause(c);
    if (cause.fit > Fit::symptom) { // a symptom is not a cause
        verdict.cause = cause.finding->diagnosis;
        verdict.certainty = earned(*cause.finding, cause.fit);
    }
    verdict.sentence = failed_sentence(c, cause, verdict.certainty);
    return verdict;
}

Summary summarize(const Conversation &c, Verdict verdict)
{
    Summary summary;
    summary.number = c.number;
    summary.transport = c.transport;
    summary.stream = c.stream;
    summary.client = c.client;
    summary.server = c.server;
    summary.first = c.first;
    summary.last = c.last;
    summary.sni = c.sni().value_or("");
    summary.version = c.version();
    if (c.server_hello && !c.server_hello->sslv2)
        summary.cipher_suite = c.server_hello->cipher_suite;
    summary.client_auth = c.client_auth();
    summary.resumed = c.resumed && !c.external_psk;
    summary.external_psk = c.external_psk;
    summary.seconds = c.handshake_seconds();
    summary.verdict = std::move(verdict);
    summary.findings = c.findings;
    std::ranges::stable_sort(summary.findings, {}, &Finding::frame);
    if (c.ending)
        summary.ended_by = c.ending.by;
    if (!c.findings.empty()) {
        for (const Side side : {Side::client, Side::server})
            summary.stacks[side] = fingerprint_library(c, side);
    }
    return summary;
}

std::string sentence(const Summary &summary)
{
    const Verdict &verdict = summary.verdict;
    const bool unsaid = verdict.outcome == Outcome::completed && verdict.sentence.empty();
    return unsaid ? completed_sentence(summary) : verdict.sentence;
}

std::string version_text(const Summary &summary)
{
    return summary.version ? version_name(summary.version) : "";
}

std::string cipher_text(const Summary &summary)
{
    return summary.cipher_suite ? cipher_suite_name(*summary.cipher_suite) : "";
}

} // namespace tlsdiag
