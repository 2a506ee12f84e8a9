// The client falls back to an older version, and the server refuses because it supports a higher one.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis fallback_refused{
    .title = "The server refused a fallback to an older version",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "A ClientHello with TLS_FALLBACK_SCSV (0x5600) and a version below the server's highest; the server "
            "answers with inappropriate_fallback.",
    .remedy = "Find out why the client's earlier attempts with its highest version failed (packet loss, a middlebox), "
              "and fix that; disable the fallback on the client.",
    .sources = {"RFC 7507, 3 and 4"},
    .examine = examine,
    .explains = explains,
};

static Findings examine(const Conversation &c, const Event &)
{
    if (!ended_by_alert(c, Side::server, {"inappropriate_fallback"}))
        return {};
    Finding finding;
    finding.side = Party::client;
    finding.detail = alert_text(*c.ending.alert) + " from the server";
    finding.because = "the client signals a fallback to an older version, and the server supports a higher one";
    if (!c.client_hello)
        return {finding};
    const std::string offer = offered_versions_text(*c.client_hello);
    finding.detail = "the client offers " + offer +
                     (c.client_hello->fallback_scsv ? ", with TLS_FALLBACK_SCSV; " : ", without TLS_FALLBACK_SCSV; ") +
                     finding.detail;
    finding.because =
        "the client signals a fallback to an older version (" + offer + "), and the server supports a higher one";
    finding.evidence = {c.client_hello.at.frame};
    return {finding};
}

static Fit explains(const Conversation &, const Finding &)
{
    return Fit::exact;
}

} // namespace tlsdiag
