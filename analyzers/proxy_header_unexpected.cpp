// A PROXY protocol header comes before the ClientHello, and the server does not expect one.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"
#include "core/net/plaintext_protocols.hpp"
#include "core/net/proxy_header.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis proxy_header_unexpected{
    .title = "The server does not expect the PROXY protocol header",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire =
        "The client's first bytes are a PROXY protocol header (\"PROXY TCP4 ...\", or the binary signature 0d 0a 0d 0a "
        "00 0d 0a 51 55 49 54 0a), then comes the ClientHello; the server answers in plain text, with an alert or by "
        "closing, and never with a ServerHello.",
    .remedy =
        "Turn the PROXY protocol off for this server at the load balancer, or on at the server (nginx: listen ... "
        "proxy_protocol; haproxy: bind ... accept-proxy).",
    .sources = {"haproxy: The PROXY protocol, versions 1 & 2, 2 (the receiver must be configured for it)",
                "RFC 8446, 5.1"},
    .examine = examine,
    .explains = explains,
};

static const Seen<Octets> *header_of(const Conversation &c)
{
    const bool first = !c.plaintext_before.empty() && c.plaintext_first == Side::client &&
                       proxy_header_version(*c.plaintext_before.front()) > 0;
    return first ? &c.plaintext_before.front() : nullptr;
}

// An error message, and not the greeting of a server that took the header.
static bool complains(Bytes words)
{
    const std::string_view protocol = protocol_of(words);
    const bool status = words.size() > 3 && (words[0] == '4' || words[0] == '5') && words[3] == ' ';
    return protocol == "HTTP" || protocol == "HTML" || protocol == "MySQL" || protocol == "POP3 or Redis" || status;
}

static const Octets *words_of_server(const Conversation &c)
{
    if (c.not_tls[Side::server])
        return &c.not_tls[Side::server]->first;
    return c.plaintext_before.size() > 1 ? &*c.plaintext_before[1] : nullptr;
}

static Finding unexpected(std::string what, const std::string &answer, Certainty certainty)
{
    Finding finding;
    finding.side = Party::client;
    finding.certainty = certainty;
    finding.detail = "the client sent a PROXY protocol header (" + what + "), and the server " + answer;
    finding.because = "the server does not expect the PROXY protocol header (" + std::move(what) +
                      ") that came before the ClientHello; it " + answer;
    return finding;
}

// The server took the header for a record. Any other alert answers the ClientHello behind it.
static bool could_not_read(const Conversation &c)
{
    return ended_by_alert(c, Side::server,
                          {"unexpected_message", "record_overflow", "decode_error", "protocol_version"});
}

static Findings examine(const Conversation &c, const Event &)
{
    const Seen<Octets> *header = header_of(c);
    if (!header || c.server_hello || c.hello_retry_request)
        return {};
    const std::string version = "version " + std::to_string(proxy_header_version(**header));
    const Octets *words = words_of_server(c);
    if (words && !complains(*words))
        return {};
    std::string answer;
    if (words)
        answer = "answered with " + std::string{protocol_of(*words)} + ": " + opening_of(*words);
    else if (c.not_tls[Side::client]) // at a port where TLS begins at once
        answer = "ended the connection before the ClientHello";
    else if (could_not_read(c))
        answer = "answered with the alert " + alert_text(*c.ending.alert);
    else if (ended_by(c, Side::server) && !c.gaps.any() && c.ending.reason == EndReason::closed)
        answer = "closed the connection without a TLS byte";
    else if (ended_by(c, Side::server) && !c.gaps.any() && c.ending.reason == EndReason::reset)
        answer = "reset the connection without a TLS byte";
    else
        return {};
    Finding finding = unexpected(version, answer, words ? Certainty::proven : Certainty::strong);
    finding.evidence = {header->at.frame, c.client_hello.at.frame};
    if (words && c.plaintext_before.size() > 1)
        finding.evidence.push_back(c.plaintext_before[1].at.frame);
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    if (!c.ending)
        return Fit::none;
    return finding.certainty == Certainty::proven ? Fit::exact : Fit::good;
}

} // namespace tlsdiag
