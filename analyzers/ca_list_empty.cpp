// The server requests a client certificate, but its list of accepted CAs is empty.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);

extern constinit const Diagnosis ca_list_empty{
    .title = "The server's list of accepted CAs is empty",
    .severity = Severity::note,
    .triggers = EventKind::certificate_request,
    .wire = "The certificate_authorities field of a CertificateRequest is empty (up to TLS 1.2; TLS 1.3 may omit the "
            "extension).",
    .remedy = "Configure on the server which CAs it accepts for client certificates, if a client (IAIK, Axway CFT) "
              "sends no certificate without a list; or configure the client to send its certificate anyway.",
    .sources = {"RFC 5246, 7.4.4 (an empty list: any certificate may be sent)",
                "Software AG, Debugging TLS or SSL connections: ignoreEmptyAuthoritiesList",
                "Axway, Transfer CFT, Troubleshoot security errors"},
    .examine = examine,
};

static Findings examine(const Conversation &c, const Event &)
{
    const auto &authorities = c.certificate_request->authorities;
    if (!authorities || authorities->count > 0 || fingerprint_is_signalled(c))
        return {};
    Finding finding;
    finding.side = Party::server;
    finding.detail = "the server's list of CAs is empty; RFC 5246 then lets the client send any certificate, but some "
                     "clients send none";
    return {finding};
}

} // namespace tlsdiag
