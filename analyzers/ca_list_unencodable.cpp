// The server fails where its CertificateRequest is due: its list of CAs may be too long to encode.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/phrases.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &c, const Event &event);
static Fit explains(const Conversation &c, const Finding &finding);

extern constinit const Diagnosis ca_list_unencodable{
    .title = "The server fails when it requests a certificate",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The server sends internal_error in place of its CertificateRequest: after its Certificate or "
            "ServerKeyExchange (TLS 1.3: right after EncryptedExtensions; without keys, an alert-sized record).",
    .remedy = "Check the server's log (OpenSSL: construct_ca_names), and shorten its list of CAs, which can take at "
              "most 65,535 bytes.",
    .sources = {"RFC 5246, 7.4.4 (certificate_authorities<0..2^16-1>)", "RFC 8446, 4.2.4",
                "openssl, ssl/statem/statem_lib.c, construct_ca_names"},
    .examine = examine,
    .explains = explains,
};

static bool has_server_key_exchange(const Conversation &c)
{
    return cipher_suite_name(c.server_hello->cipher_suite).find("DHE_") != std::string::npos;
}

// TLS 1.2: the server sent everything that precedes a CertificateRequest, and nothing that follows it.
static bool at_request(const Conversation &c)
{
    const bool later = c.certificate_request || c.server_hello_done || c.client_key_exchange || c.chain[Side::client];
    return !c.tls13() && c.server_hello && c.chain[Side::server] && !c.resumed && !later &&
           (c.server_key_exchange || !has_server_key_exchange(c));
}

// TLS 1.3: EncryptedExtensions, then an alert or a record of its size.
static bool at_request_of_tls13(const Conversation &c)
{
    const auto from_server = [](const EncryptedRecord &record) { return record.by == Side::server; };
    const auto records = std::ranges::count_if(c.encrypted_records, from_server);
    const bool later = c.chain[Side::server] || c.certificate_request || c.record_sizes.client_certificate_at;
    if (!c.tls13() || c.resumed || later || c.gaps.any() || records != 2)
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
        c.ending.reason == EndReason::closed || c.ending.reason == EndReason::reset; // by either side, after the alert
    if (!(said && at_request(c)) && !((said || hidden) && at_request_of_tls13(c)))
        return {};
    const std::string what = said ? "internal_error" : "an alert-sized record";
    Finding finding;
    finding.side = Party::server;
    finding.certainty = Certainty::guess;
    finding.detail =
        what +
        " where a CertificateRequest may have been due; OpenSSL and JSSE fail like this if the CA names take more than "
        "65,535 bytes; any other fault inside the server is possible too (a callback, a key that cannot sign, memory)";
    finding.because =
        "the names in the server's list of CAs take more than 65,535 bytes, the most that the list can carry";
    return {finding};
}

static Fit explains(const Conversation &, const Finding &)
{
    return Fit::possible;
}

} // namespace tlsdiag
