// The server asks for a client certificate and names no CA that it accepts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);

constinit const Diagnosis ca_list_empty{
    .title = "The server names no CA that it accepts",
    .severity = Severity::note,
    .triggers = EventKind::certificate_request,
    .wire = "certificate_authorities of a CertificateRequest is empty (up to TLS 1.2; in TLS 1.3 the extension may be "
            "absent)",
    .remedy = "Configure on the server which CAs it accepts for clients, where a client (IAIK, Axway CFT) sends no "
              "certificate without a list; or tell the client to send its certificate all the same.",
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
    finding.detail =
        "0 names in the server's list; RFC 5246 then lets the client send any certificate, but some send none";
    return {finding};
}

} // namespace tlsdiag
