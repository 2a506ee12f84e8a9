// A heartbeat request that asks for more bytes than it sent, in clear: a probe for Heartbleed.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis heartbleed_probe{
    .title = "A Heartbleed probe instead of a handshake",
    .severity = Severity::warning,
    .triggers = EventKind::heartbeat,
    .wire =
        "A heartbeat record (type 24) of the client in clear, in the middle of the handshake. Its payload_length is "
        "larger than what the record holds.",
    .remedy =
        "Find out who runs the client: it is a scanner or an attack, and no handshake was meant to complete. Check "
        "that the server has no OpenSSL 1.0.1 before 1.0.1g; if it answered such a request, replace its keys.",
    .sources = {"RFC 6520, 4", "CVE-2014-0160", "OpenSSL Security Advisory of 7 April 2014"},
    .examine = examine,
    .explains = explains,
};

static Findings examine(const Conversation &c, const Event &)
{
    if (!c.heartbeat)
        return {};
    Finding finding;
    finding.side = Party::client;
    finding.detail = "the client's heartbeat request announces a payload of " +
                     plural(c.heartbeat->payload_length, "byte", "bytes") + " in a record of " +
                     plural(c.heartbeat->record_length, "byte", "bytes");
    finding.because = "the client probes for Heartbleed: its heartbeat request announces a payload of " +
                      plural(c.heartbeat->payload_length, "byte", "bytes") + " in a record of " +
                      plural(c.heartbeat->record_length, "byte", "bytes");
    if (c.client_hello)
        finding.evidence = {c.client_hello.at.frame};
    return {finding};
}

// Such a client leaves after the answer, or the server ends it because of the request.
static Fit explains(const Conversation &c, const Finding &)
{
    if (c.ending.reason == EndReason::alert && c.ending.by == Side::client)
        return Fit::none;
    return c.ending ? Fit::good : Fit::none;
}

} // namespace tlsdiag
