// One side sends something other than TLS where TLS is expected.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/net/plaintext_protocols.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis not_tls_peer{
    .title = "One side does not speak TLS",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The server answers a ClientHello with bytes that are not a TLS record, or the first message to a TLS port "
            "is not a TLS record.",
    .remedy = "Point the client at the server's TLS port, or enable TLS on this port; a protocol with STARTTLS must "
              "request TLS before the ClientHello.",
    .sources = {"RFC 8446, 5.1", "RFC 2817, 4 (HTTP on a TLS port)", "OpenSSL: wrong version number, http request"},
    .examine = examine,
    .explains = explains,
};

static Finding client_speaks_plainly(const Conversation &c);
static Finding server_speaks_plainly(const Conversation &c);

static Findings examine(const Conversation &c, const Event &)
{
    if (c.not_tls[Side::client])
        return {client_speaks_plainly(c)};
    if (c.not_tls[Side::server])
        return {server_speaks_plainly(c)};
    return {};
}

static std::string speech(const NotTls &strange)
{
    return std::string{protocol_of(strange.first)} + ": " + opening_of(strange.first);
}

static Finding client_speaks_plainly(const Conversation &c)
{
    const NotTls &strange = *c.not_tls[Side::client];
    Finding finding;
    finding.side = Party::client;
    finding.detail = "the client sent " + speech(strange) + "; TLS begins with a ClientHello (0x16 0x03)";
    finding.because = "the client does not speak TLS; it sent " + speech(strange);
    finding.evidence = {c.not_tls[Side::client].at.frame};
    finding.remedy = "Configure the client to use TLS, or point it at the server's port without TLS.";
    return finding;
}

static Finding server_speaks_plainly(const Conversation &c)
{
    const NotTls &strange = *c.not_tls[Side::server];
    Finding finding;
    finding.side = Party::server;
    finding.detail = "the server answered with " + speech(strange) +
                     "; a ServerHello or an alert (0x16 0x03 or 0x15 0x03) was expected";
    finding.because = "the server does not speak TLS; it sent " + speech(strange);
    finding.evidence = {c.not_tls[Side::server].at.frame};
    if (c.client_hello)
        finding.evidence.push_back(c.client_hello.at.frame);
    return finding;
}

static Fit explains(const Conversation &c, const Finding &)
{
    return c.ending ? Fit::exact : Fit::none;
}

} // namespace tlsdiag
