// The server refuses STARTTLS, or another request for TLS, before any TLS is sent.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/net/plaintext_protocols.hpp"
#include "core/net/starttls.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis starttls_refused{
    .title = "TLS was refused before it began",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The client requests TLS within a plaintext protocol (STARTTLS, STLS, AUTH TLS, LDAP's StartTLS, "
            "PostgreSQL's SSLRequest, RDP's and SQL Server's negotiation, CONNECT at a proxy), the answer refuses it, "
            "and no ClientHello follows, or the server closes after one.",
    .remedy = "Enable TLS on the server (its certificate and key may be missing or unreadable), or let the client "
              "through at the proxy; otherwise point the client at the port that begins with TLS.",
    .sources = {"RFC 3207, 4; RFC 2595, 3 and 4; RFC 4217, 4; RFC 6120, 5.4.2.2", "RFC 4511, 4.14.2 (LDAP)",
                "PostgreSQL, Frontend/Backend Protocol, SSL Session Encryption", "RFC 9110, 9.3.6 (CONNECT)",
                "MS-RDPBCGR, 2.2.1.2.2 (RDP); MS-TDS, 2.2.6.5 (SQL Server)"},
    .examine = examine,
    .explains = explains,
};

// Some clients send their ClientHello in spite of the refusal; then the server closes.
static bool closed_as_announced(const Conversation &c)
{
    const bool left = c.ending.reason == EndReason::closed || c.ending.reason == EndReason::reset;
    return left && c.ending.by == Side::server && c.ending.stage == Stage::client_hello && !c.gaps.any();
}

static Party side_of(StarttlsRefusal::Lack lack)
{
    switch (lack) {
    case StarttlsRefusal::Lack::client:
        return Party::client;
    case StarttlsRefusal::Lack::proxy:
        return Party::network;
    case StarttlsRefusal::Lack::server:
        break;
    }
    return Party::server;
}

static Findings examine(const Conversation &c, const Event &)
{
    if (c.plaintext_before.size() < 2)
        return {};
    const Seen<Octets> &answer = c.plaintext_before.back(), &request = c.plaintext_before.end()[-2];
    const bool anyway = closed_as_announced(c) && refuses_starttls(*request, *answer);
    if (c.ending.reason != EndReason::starttls_refused && !anyway)
        return {};
    const StarttlsRefusal refusal = read_refusal(*request, *answer);
    const std::string protocol{asks_for_starttls(*request)};
    const std::string who = protocol == "HTTP CONNECT" ? "the proxy" : "the server";
    const std::string opening = opening_of(*request);
    const std::string asked = (opening.starts_with('"') ? opening : "request") + " (" + protocol + ")";
    Finding finding;
    finding.side = side_of(refusal.lack);
    finding.certainty = anyway ? Certainty::strong : Certainty::proven;
    finding.detail = who + " answered the client's " + asked + " with " + refusal.words + "; " +
                     (anyway ? "the client sent its ClientHello all the same, and the server closed"
                             : "TLS starts only after it agrees") +
                     (c.went_on_plainly
                          ? "; the client went on in plain text (frame " + std::to_string(c.went_on_plainly.frame) + ")"
                          : std::string{});
    finding.because = who + " answered the request (" + protocol + ") with " + refusal.words;
    finding.remedy = refusal.remedy;
    finding.evidence = {request.at.frame, answer.at.frame};
    if (c.went_on_plainly)
        finding.evidence.push_back(c.went_on_plainly.frame);
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    if (c.ending.reason == EndReason::starttls_refused)
        return Fit::exact;
    return closed_as_announced(c) ? Fit::good : Fit::none;
}

} // namespace tlsdiag
