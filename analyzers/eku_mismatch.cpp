// A certificate may not be used in the role of the side that sends it, such as a client certificate on a server.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis eku_mismatch{
    .title = "The certificate's extended key usage excludes this role",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "The extendedKeyUsage of a leaf, or of an intermediate above it, contains neither the usage of its side's "
            "role (serverAuth for a server, clientAuth for a client) nor anyExtendedKeyUsage.",
    .remedy = "Have the certificate of the side that sends it reissued with the usage of its role (serverAuth for a "
              "server, clientAuth for a client).",
    .sources = {"RFC 5280, 4.2.1.12", "RFC 8446, 4.4.2.2",
                "OpenSSL, openssl-verification-options (sslserver, sslclient)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Findings examine(const Conversation &c, const Event &event)
{
    const bool server = event.side == Side::server;
    for (const Certificate *certificate : below_root(c, event.side)) {
        if ((server ? certificate->server_auth : certificate->client_auth).value_or(true))
            continue;
        if (is_above_trusted(c, event.side, *certificate))
            break;
        const bool other = (server ? certificate->client_auth : certificate->server_auth).value_or(false);
        const std::string needed = server ? "serverAuth" : "clientAuth";
        const std::string which = named_in_chain(c, event.side, *certificate);
        Finding finding;
        finding.side = party(event.side);
        finding.detail = which + " may be used for " +
                         std::string{!other   ? "another purpose"
                                     : server ? "clientAuth"
                                              : "serverAuth"} +
                         ", not for " + needed;
        finding.because = which + " may not be used for " + needed;
        return {finding};
    }
    return {};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {"unsupported_certificate"});
}

} // namespace tlsdiag
