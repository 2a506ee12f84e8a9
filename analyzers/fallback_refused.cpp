// The server knows that the client can do better than the version that it fell back to.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

constinit const Diagnosis fallback_refused{
    .title = "Fallback to an older version refused",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "A ClientHello with TLS_FALLBACK_SCSV (0x5600) and a version below the server's best; the server answers "
            "inappropriate_fallback.",
    .remedy =
        "Find why the client's earlier attempts with its best version failed (loss, a middlebox), and mend that; at "
        "the client, disable the fallback.",
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
    finding.because = "the client says that it fell back to an older version, and the server supports a better one";
    if (!c.client_hello)
        return {finding};
    const std::string offer = offered_versions_text(*c.client_hello);
    finding.detail = "offered by the client: " + offer +
                     (c.client_hello->fallback_scsv ? ", with TLS_FALLBACK_SCSV; " : ", without TLS_FALLBACK_SCSV; ") +
                     finding.detail;
    finding.because = "the client says that it fell back (" + offer + "), and the server supports a better version";
    finding.evidence = {c.client_hello.at.frame};
    return {finding};
}

static Fit explains(const Conversation &, const Finding &)
{
    return Fit::exact;
}

} // namespace tlsdiag
