// A readable fatal alert: who sent it, when, and what it usually means. It is a symptom, never the cause.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/alert_meanings.hpp"
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/verdict.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis fatal_alert{
    .title = "One side ended the connection with a fatal alert",
    .severity = Severity::error,
    .triggers = EventKind::alert | EventKind::ended,
    .wire = "An alert of level fatal, unencrypted or decrypted; in QUIC, a CONNECTION_CLOSE with the error 0x0100 + "
            "the alert. In TLS 1.3 every alert except close_notify and user_canceled is fatal.",
    .remedy = "Check the log of the side that sent the alert, at this time: only that side knows the reason.",
    .sources = {"RFC 8446, 6.2", "RFC 5246, 7.2.2", "RFC 9001, 4.8"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static bool is_fatal(const Conversation &c, const Alert &alert)
{
    constexpr std::uint8_t user_canceled = 90;
    if (alert.description == Alert::close_notify || alert.description == user_canceled)
        return false;
    return alert.fatal() || c.tls13();
}

static bool is_ending(const Conversation &c, const SeenAlert &seen)
{
    return c.ending.reason == EndReason::alert && c.ending.at.frame == seen.at.frame && c.ending.by == seen.by &&
           c.ending.alert->description == seen.alert.description;
}

// The side at fault in the cause, if there is one. Otherwise the sender blames its peer, unless the fault is its own.
static Party at_fault(const Conversation &c, const SeenAlert &seen)
{
    if (const Cause cause = find_cause(c); is_ending(c, seen) && cause.fit > Fit::symptom)
        return cause.finding->side;
    const bool own_fault = seen.alert.description == alert_number("internal_error");
    return party(own_fault ? seen.by : peer(seen.by));
}

static std::string place(const Conversation &c, const SeenAlert &seen)
{
    return std::string{stage_text(c, is_ending(c, seen) ? c.ending.stage : c.stage)};
}

// The alert that ended the handshake is examined after the other analyzers, which may find its cause.
static Findings examine(const Conversation &c, const Event &event)
{
    Findings found;
    for (const SeenAlert &seen : c.alerts) {
        if (seen.at.frame != event.at.frame || seen.by != event.side || seen.after_peer_close ||
            !is_fatal(c, seen.alert) || is_ending(c, seen) != (event.kind == EventKind::ended))
            continue;
        const std::string_view meaning = alert_meaning(seen.alert.description);
        Finding finding;
        finding.side = at_fault(c, seen);
        finding.detail = alert_text(seen.alert) + " from the " + std::string{name(seen.by)} + " " + place(c, seen);
        finding.because = "the packets do not show why";
        if (!meaning.empty()) {
            finding.detail += "; this alert usually means: " + std::string{meaning};
            finding.because += "; this alert usually means: " + std::string{meaning};
        }
        finding.attributes = {SentAlert{seen.alert.description, seen.by}};
        found.push_back(std::move(finding));
    }
    return found;
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    const auto *sent = attribute<SentAlert>(finding);
    const bool this_one =
        c.ending.reason == EndReason::alert && sent && c.ending.alert->description == sent->description;
    return this_one ? Fit::symptom : Fit::none;
}

} // namespace tlsdiag
