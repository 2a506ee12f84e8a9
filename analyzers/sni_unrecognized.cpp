// The server does not know the server name (SNI) that the client asks for.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/diagnosis/server_comparison.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis sni_unrecognized{
    .title = "The server does not know the server name (SNI)",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The server answers a ClientHello with server_name with the alert unrecognized_name, which is fatal or a "
            "warning after which the connection ends; or the server refuses it at once although it serves others that "
            "make the same offer under other names.",
    .remedy = "Configure a host with this name on the server (or on the load balancer in front of it), or correct the "
              "name on the client.",
    .sources = {"RFC 6066, 3", "RFC 8446, 6.2"},
    .examine = examine,
    .explains = explains,
};

static Finding finding_of(const Conversation &c, Certainty certainty, const std::string &why)
{
    const std::string name = printable(*c.client_hello->sni, 80);
    Finding finding;
    finding.side = Party::server;
    finding.certainty = certainty;
    finding.detail = "the client asked for " + name + "; " + why;
    finding.because = "the server does not know the name " + name + ": " + why;
    finding.evidence = {c.client_hello.at.frame};
    return finding;
}

static const SeenAlert *warning_of(const Conversation &c)
{
    const auto is_it = [](const SeenAlert &one) {
        return one.by == Side::server && !one.alert.fatal() &&
               one.alert.description == alert_number("unrecognized_name");
    };
    const auto found = std::ranges::find_if(c.alerts, is_it);
    return found == c.alerts.end() ? nullptr : &*found;
}

// What the warning can lead to: the server leaves before its ServerHello, or the client rejects the warning.
static bool ended_over_warning(const Conversation &c)
{
    const bool silently = c.ending.reason == EndReason::closed || c.ending.reason == EndReason::reset;
    const bool minded =
        ended_by_alert(c, Side::client, {"unrecognized_name", "handshake_failure", "unexpected_message"});
    return minded || (silently && (!c.server_hello || c.ending.by == Side::client));
}

static Findings examine(const Conversation &c, const Event &)
{
    if (!c.client_hello || !c.client_hello->sni)
        return {};
    if (ended_by_alert(c, Side::server, {"unrecognized_name"}))
        return {finding_of(c, Certainty::proven, "the server answered unrecognized_name (112)")};
    if (const SeenAlert *warning = warning_of(c); warning && ended_over_warning(c)) {
        Finding finding = finding_of(c, c.server_hello ? Certainty::guess : Certainty::strong,
                                     "the server warned with unrecognized_name (112), and the connection ended");
        finding.evidence.push_back(warning->at.frame);
        return {finding};
    }
    if (!refused_at_once_by_alert(c))
        return {};
    const Comparison others = compare_with_others(c);
    const Lack *named = others.only(Part::sni);
    if (!named)
        return {};
    Finding finding = finding_of(c, Certainty::guess,
                                 "the server completed other handshakes for " + named->chosen +
                                     ", and apart from the name this ClientHello lacks nothing that they had");
    finding.evidence.insert(finding.evidence.end(), named->frames.begin(), named->frames.end());
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (ended_by_alert(c, Side::server, {"unrecognized_name"}))
        return Fit::exact;
    return finding.certainty == Certainty::strong ? Fit::good : Fit::possible;
}

} // namespace tlsdiag
