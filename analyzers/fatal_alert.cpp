// A fatal alert that can be read: who sent it, when, and what stacks say with it. It is a symptom, never the reason.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/alert_meanings.hpp"
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/verdict.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

constinit const Diagnosis fatal_alert{
    .title = "One side ended the connection with a fatal alert",
    .severity = Severity::error,
    .triggers = EventKind::alert | EventKind::ended,
    .wire =
        "An alert of level fatal, in clear or decrypted; in QUIC a CONNECTION_CLOSE of 0x0100 + the alert. In TLS 1.3 "
        "every alert but close_notify and user_canceled is fatal.",
    .remedy = "Look into the log of the side that sent the alert, at this time: only it knows the reason.",
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

// The side of what explains it. Without that: the sender accuses its peer, unless the fault is its own.
static Party at_fault(const Conversation &c, const SeenAlert &seen)
{
    if (const Cause cause = find_cause(c); is_ending(c, seen) && cause.fit > Fit::symptom)
        return cause.finding->side;
    const bool own_fault = seen.alert.description == alert_number("internal_error");
    return party(own_fault ? seen.by : peer(seen.by));
}

static std::string place(const Conversation &c, const SeenAlert &seen)
{
    return std::string{stage_text(is_ending(c, seen) ? c.ending.stage : c.stage)};
}

// What ended it is looked at when the others have said what it can mean.
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
            finding.detail += "; stacks mean by it: " + std::string{meaning};
            finding.because += "; stacks mean by this alert: " + std::string{meaning};
        }
        finding.alert = seen.alert.description;
        finding.alert_by = seen.by;
        found.push_back(std::move(finding));
    }
    return found;
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    const bool this_one = c.ending.reason == EndReason::alert && c.ending.alert->description == finding.alert;
    return this_one ? Fit::symptom : Fit::none;
}

} // namespace tlsdiag
