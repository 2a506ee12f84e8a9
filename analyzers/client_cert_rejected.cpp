// The server refuses the client's certificate, and nothing more exact says why.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis client_cert_rejected{
    .title = "The server refuses the client's certificate",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire =
        "a certificate alert of the server after the client's Certificate, where neither the chain nor the CA list nor "
        "the dates explain it",
    .remedy =
        "Read the server's log: it names the check that failed. Then correct the client's certificate or the server's "
        "trust store and policy.",
    .sources = {"RFC 8446, 6.2", "RFC 5246, 7.2.2", "RFC 8446, 4.4.2.4"},
    .examine = examine,
    .explains = explains,
};

static Findings examine(const Conversation &c, const Event &)
{
    const Seen<Chain> &chain = c.chain[Side::client];
    if (!chain || chain->empty())
        return {};
    const auto refusal = unexplained_refusal(c, Side::server);
    return refusal ? Findings{*refusal} : Findings{};
}

// Of all reasons the least telling; but a clock that is wrong at the server is one.
static Fit explains(const Conversation &c, const Finding &finding)
{
    if (!ended_by(c, Side::server))
        return Fit::none;
    return finding.side == Party::server ? Fit::exact : Fit::vague;
}

} // namespace tlsdiag
