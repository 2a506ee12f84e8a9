// A HelloRetryRequest that RFC 8446 does not allow: a second one, or one that changes nothing.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis hello_retry_invalid{
    .title = "A HelloRetryRequest that is not allowed",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The server answers the second ClientHello with another HelloRetryRequest; or its HelloRetryRequest has no "
            "cookie and asks for a group of which the ClientHello has a key share. The client then ends the handshake "
            "with unexpected_message or illegal_parameter.",
    .remedy =
        "Correct or update the server's TLS stack, or the device that answers in its place; until then, configure "
        "the client to send a key share for the group that the server wants.",
    .sources = {"RFC 8446, 4.1.4", "RFC 8446, 4.2.8"},
    .examine = examine,
    .explains = explains,
};

static std::string asked_for(const Conversation &c)
{
    const auto &group = c.hello_retry_request->group;
    return group ? "group " + group_name(*group) : "no group";
}

// DTLS repeats a HelloRetryRequest that got lost.
static Findings examine(const Conversation &c, const Event &)
{
    if (c.transport == Transport::dtls || c.server_hello || !c.hello_retry_request)
        return {};
    Finding finding;
    finding.side = Party::server;
    if (c.second_hello_retry)
        finding.because = "the server answered the second ClientHello with another HelloRetryRequest (for " +
                          asked_for(c) + "); only one is allowed";
    else if (c.retry_asks_for_sent)
        finding.because = "the server's HelloRetryRequest asks for a key share of " + asked_for(c) +
                          ", which the ClientHello already has, so it changes nothing";
    else
        return {};
    finding.detail = finding.because;
    finding.evidence = {c.first_client_hello.frame, c.hello_retry_request.at.frame, c.second_hello_retry.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    if (!ended_by(c, Side::client))
        return c.second_hello_retry ? Fit::good : Fit::none;
    if (c.ending.alert)
        return ended_by_alert(c, Side::client, {"unexpected_message", "illegal_parameter"}) ? Fit::exact
                                                                                            : Fit::possible;
    return Fit::good;
}

} // namespace tlsdiag
