// The DTLS server asks for a cookie again and again, and the handshake never gets further.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis dtls_cookie_refused{
    .title = "The server does not accept the DTLS cookie",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The server answers ClientHello after ClientHello with a HelloVerifyRequest (DTLS 1.3: a HelloRetryRequest "
            "with a cookie), although the client returns the cookie of the last one; or the client repeats its "
            "ClientHello without a cookie, as if it had not got the request.",
    .remedy = "Give all servers behind one address the same cookie secret, or send a client always to the same server; "
              "check that the client's address does not change on the way.",
    .sources = {"RFC 6347, 4.2.1", "RFC 9147, 5.1"},
    .examine = examine,
    .explains = explains,
    .at_end = true,
};

// One refusal is normal when the server changes its secret (RFC 6347, 4.2.1).
static constexpr std::uint32_t too_many = 2;

static Finding not_accepted(const Conversation &c)
{
    Finding finding;
    finding.side = Party::server;
    finding.detail = "the server asked for a cookie " + plural(c.cookies.requests, "time", "times") +
                     "; the client returned the requested one " + plural(c.cookies.refused, "time", "times") +
                     ", and the server asked again";
    finding.because = finding.detail;
    return finding;
}

static Finding not_returned(const Conversation &c)
{
    Finding finding;
    finding.side = Party::network;
    finding.certainty = Certainty::guess;
    finding.detail = "the server asked for a cookie " + plural(c.cookies.requests, "time", "times") +
                     ", and the client only repeated its ClientHello without one: the requests do not reach it, or it "
                     "ignores them";
    finding.because = finding.detail;
    finding.remedy = "Check that the server's datagrams reach the client (a firewall, a changed address or port), and "
                     "that the client supports the cookie exchange.";
    return finding;
}

static Findings examine(const Conversation &c, const Event &)
{
    if (c.server_hello || c.gaps.any_bytes_missing() || c.gaps.started_midway)
        return {};
    const bool refused = c.cookies.refused >= too_many, forgotten = c.cookies.forgotten >= too_many;
    if (!refused && !(forgotten && c.ending.reason == EndReason::silence))
        return {};
    Finding finding = refused ? not_accepted(c) : not_returned(c);
    finding.evidence = {c.cookies.first.frame, c.cookies.last.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (c.ending.reason == EndReason::cookie_refused)
        return Fit::exact;
    return c.ending.alert && finding.certainty == Certainty::guess ? Fit::none : Fit::good;
}

} // namespace tlsdiag
