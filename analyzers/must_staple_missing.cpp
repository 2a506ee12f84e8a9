// The server's certificate promises a stapled OCSP response and the client asks for one, but the server sends none.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis must_staple_missing{
    .title = "The promised stapled OCSP response is missing",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::server_key_exchange | EventKind::certificate_request |
                EventKind::client_flight,
    .wire = "The server's leaf has the TLS feature status_request (\"must-staple\") and the ClientHello contains "
            "status_request, but the server's flight contains no CertificateStatus (TLS 1.3: no OCSP response in its "
            "Certificate message).",
    .remedy = "Enable OCSP stapling on the server (nginx: ssl_stapling) and make sure that the server can reach its "
              "CA's OCSP responder, or have a certificate issued without the must-staple feature.",
    .sources = {"RFC 7633, 4.2.3", "RFC 6066, 8", "RFC 8446, 4.4.2.1"},
    .examine = examine,
    .explains = explains,
};

// RFC 5246, 7.3: CertificateStatus comes right after Certificate.
static bool place_of_staple_is_past(const Conversation &c)
{
    return c.tls13() || c.server_key_exchange || c.certificate_request || c.server_hello_done;
}

static Findings examine(const Conversation &c, const Event &)
{
    const Certificate *leaf = readable_leaf(c, Side::server);
    if (!leaf || !leaf->must_staple || !c.client_hello || !c.client_hello->status_request)
        return {};
    const bool stapled = c.certificate_status || c.chain[Side::server]->ocsp_response;
    const bool may_be_missing = c.gaps.any_bytes_missing() || c.gaps.truncated;
    if (stapled || may_be_missing || !place_of_staple_is_past(c))
        return {};
    const std::string which = named(Side::server, *leaf);
    Finding finding;
    finding.detail =
        which + " promises a stapled OCSP response (must-staple), and the client asked for one; the server sent none";
    finding.because = which + " promises a stapled OCSP response (must-staple), and the server sent none";
    finding.evidence = {c.client_hello.at.frame, c.chain[Side::server].at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {"bad_certificate_status_response"});
}

} // namespace tlsdiag
