// The server does not know the server name (SNI), sends a warning and continues.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);

extern constinit const Diagnosis sni_warning{
    .title = "The server warns that it does not know the name (SNI)",
    .severity = Severity::note,
    .triggers = EventKind::server_hello,
    .wire = "The server sends the alert unrecognized_name at the level warning, and a ServerHello after it.",
    .remedy = "Configure a host with this name on the server, or correct the name on the client: the server continues "
              "with its default certificate, and some clients give up at the warning.",
    .sources = {"RFC 6066, 3", "JDK-7127374 (JSSE gave up at the warning)"},
    .examine = examine,
};

static Findings examine(const Conversation &c, const Event &)
{
    constexpr std::uint8_t warning = 1;
    const auto is_it = [](const SeenAlert &one) {
        return one.by == Side::server && one.alert.level == warning &&
               one.alert.description == alert_number("unrecognized_name");
    };
    const auto alert = std::ranges::find_if(c.alerts, is_it);
    if (!c.server_hello || alert == c.alerts.end())
        return {};
    Finding finding;
    finding.side = Party::server;
    finding.detail = "the client asked for " + c.sni().value_or("no name") +
                     "; the server warns with unrecognized_name (112) in frame " + std::to_string(alert->at.frame) +
                     " and continues";
    finding.because = "the server does not know the name";
    finding.evidence = {alert->at.frame};
    return {finding};
}

} // namespace tlsdiag
