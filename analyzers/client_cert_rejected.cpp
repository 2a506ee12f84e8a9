// The server refuses the client's certificate, and no more specific diagnosis explains why.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis client_cert_rejected{
    .title = "The server refuses the client's certificate",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The server sends a certificate alert after the client's Certificate, and the chain, the CA list and the "
            "dates do not explain it.",
    .remedy = "Read the server's log, which names the check that failed; then correct the client's certificate or "
              "the server's trust store and policy.",
    .sources = {"RFC 8446, 6.2", "RFC 5246, 7.2.2", "RFC 8446, 4.4.2.4"},
    .examine = examine,
    .explains = explains,
    .claim = Claim::refusal,
};

static Findings examine(const Conversation &c, const Event &)
{
    if (c.client_auth_at_first() != ClientAuth::sent)
        return {};
    const auto refusal = unexplained_refusal(c, Side::server);
    return refusal ? Findings{*refusal} : Findings{};
}

// The least specific of all causes, unless the server itself is at fault (its clock, its store): a cause of its own.
static Fit explains(const Conversation &c, const Finding &finding)
{
    if (!ended_by(c, Side::server))
        return Fit::none;
    return finding.side == Party::server ? Fit::exact : Fit::vague;
}

} // namespace tlsdiag
