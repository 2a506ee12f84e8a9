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
    if (c.find(injected_packet) || c.find(proxy_header_unexpected))
        return {};
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

// 302 and 403 to a ClientHello come from a proxy or a portal more often than from the server.
static bool sent_elsewhere(const NotTls &strange)
{
    const std::string_view text{reinterpret_cast<const char *>(strange.first.data()), strange.first.size()};
    const std::string_view status = text.starts_with("HTTP/1.") && text.size() > 12 ? text.substr(9, 3) : "";
    return status == "302" || status == "307" || status == "403" || status == "407" || status == "511";
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

// A web server answers a ClientHello with 400. These say something about the target or the client: a portal or a proxy
// said them without having read a request.
static bool from_a_middlebox(const NotTls &strange)
{
    const std::string_view text{reinterpret_cast<const char *>(strange.first.data()), strange.first.size()};
    if (!text.starts_with("HTTP/1.") || text.size() < 12)
        return false;
    const std::string_view status = text.substr(9, 3);
    return status.starts_with('3') || status == "403" || status == "407" || status == "451" || status == "511";
}

static Finding server_speaks_plainly(const Conversation &c)
{
    const NotTls &strange = *c.not_tls[Side::server];
    if (from_a_middlebox(strange)) {
        Finding portal;
        portal.side = Party::network;
        portal.certainty = Certainty::strong;
        portal.detail = "the answer to the ClientHello is " + speech(strange) +
                        "; a captive portal, a proxy or a filter answers so in place of the server";
        portal.because =
            "a captive portal, a proxy or a filter answered in place of the server, with " + speech(strange);
        portal.remedy = "Log in at the portal, configure the client for the proxy, or allow this target in the filter.";
        portal.evidence = {c.not_tls[Side::server].at.frame, c.client_hello.at.frame};
        return portal;
    }
    Finding finding;
    finding.side = Party::server;
    if (protocol_of(strange.first) == "SSH")
        finding.side = Party::client; // an SSH server never speaks TLS: the port is wrong
    const bool greeted = c.client_hello && c.not_tls[Side::server].at.frame < c.client_hello.at.frame;
    if (greeted && !is_known_protocol(strange.first))
        finding.certainty = Certainty::strong; // a protocol of its own may greet before TLS
    finding.detail = "the server " + std::string{greeted ? "spoke first, with " : "answered with "} + speech(strange) +
                     "; a ServerHello or an alert (0x16 0x03 or 0x15 0x03) was expected";
    if (c.first_tls[Side::server]) {
        finding.detail = "the server left TLS in the middle of the handshake and went on with " + speech(strange);
        finding.because = "it went on without TLS; it sent " + speech(strange);
    } else if (sent_elsewhere(strange)) {
        finding.because =
            "the server does not speak TLS here, or a proxy or portal answers in its place; it sent " + speech(strange);
    } else {
        finding.because =
            "the server does not speak TLS" + std::string{greeted ? " at once" : ""} + "; it sent " + speech(strange);
    }
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
