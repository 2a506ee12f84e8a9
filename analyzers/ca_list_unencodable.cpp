// The server's own list of CAs may be too long to be sent.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

constinit const Diagnosis ca_list_unencodable{
    .title = "The server fails where it asks for a certificate",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "internal_error from the server in place of its CertificateRequest: after its Certificate or "
            "ServerKeyExchange (TLS 1.3: right after EncryptedExtensions, without keys an alert-sized record).",
    .remedy =
        "Look into the server's log (OpenSSL: construct_ca_names); shorten its list of CAs, which may take 65,535 "
        "bytes at most.",
    .sources = {"RFC 5246, 7.4.4 (certificate_authorities<0..2^16-1>)", "RFC 8446, 4.2.4",
                "openssl, ssl/statem/statem_lib.c, construct_ca_names"},
    .examine = examine,
    .explains = explains,
};

static bool has_server_key_exchange(const Conversation &c)
{
    return cipher_suite_name(c.server_hello->cipher_suite).find("DHE_") != std::string::npos;
}

// TLS 1.2: all that comes before a CertificateRequest was sent, and nothing of what comes after it.
static bool at_request(const Conversation &c)
{
    const bool later = c.certificate_request || c.server_hello_done || c.client_key_exchange || c.chain[Side::client];
    return !c.tls13() && c.server_hello && c.chain[Side::server] && !c.resumed && !later &&
           (c.server_key_exchange || !has_server_key_exchange(c));
}

// TLS 1.3: EncryptedExtensions, and then an alert or what has its size.
static bool at_request_of_tls13(const Conversation &c)
{
    const auto from_server = [](const EncryptedRecord &record) { return record.by == Side::server; };
    const auto records = std::ranges::count_if(c.encrypted_records, from_server);
    if (!c.tls13() || c.resumed || c.chain[Side::server] || c.certificate_request || c.gaps.any() || records != 2)
        return false;
    constexpr std::uint32_t alert = 2 + 1 + 16, shortest_extensions = 6 + 1 + 16; // RFC 8446, 5.2
    const auto first = std::ranges::find_if(c.encrypted_records, from_server);
    return first->length >= shortest_extensions &&
           std::ranges::find_if(first + 1, c.encrypted_records.end(), from_server)->length == alert;
}

static Findings examine(const Conversation &c, const Event &)
{
    const bool said = ended_by_alert(c, Side::server, {"internal_error"});
    const bool hidden =
        c.ending.reason == EndReason::closed || c.ending.reason == EndReason::reset; // by either, once it was said
    if (!(said && at_request(c)) && !((said || hidden) && at_request_of_tls13(c)))
        return {};
    const std::string what = said ? "internal_error" : "an alert-sized record";
    Finding finding;
    finding.side = Party::server;
    finding.certainty = Certainty::guess;
    finding.detail = what +
                     " where a CertificateRequest may have been due; OpenSSL and JSSE do so with more than 65,535 "
                     "bytes of names of CAs; it may also be any other fault inside the server (a callback, a key "
                     "that cannot sign, memory)";
    finding.because = "the server may have more names of CAs than 65,535 bytes can hold";
    return {finding};
}

static Fit explains(const Conversation &, const Finding &)
{
    return Fit::possible;
}

} // namespace tlsdiag
