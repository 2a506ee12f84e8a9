// Conversations for the tests of renderers, as the core would summarize them.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/verdict.hpp"

#include <stdexcept>

namespace tlsdiag::samples {

inline const Diagnosis *diagnosis(std::string_view wanted)
{
    for (const Entry &entry : catalogue()) {
        if (entry.id == wanted)
            return entry.diagnosis;
    }
    throw std::runtime_error{"not in the catalogue: " + std::string{wanted}};
}

inline Endpoint ipv4(std::uint8_t last, std::uint16_t port)
{
    Endpoint endpoint;
    endpoint.address = {192, 0, 2, last};
    endpoint.address_length = 4;
    endpoint.port = port;
    return endpoint;
}

// 2026-11-20 10:11:12.123456 UTC
constexpr Time start = 1'795'169'472 * second + 123'456'000;

inline Finding finding(std::string_view id, std::uint32_t frame, Party side, Certainty certainty, std::string detail)
{
    Finding finding;
    finding.diagnosis = diagnosis(id);
    finding.frame = frame;
    finding.side = side;
    finding.certainty = certainty;
    finding.detail = std::move(detail);
    finding.evidence = {frame};
    return finding;
}

inline Summary completed(std::uint32_t number)
{
    Summary summary;
    summary.number = number;
    summary.stream = number;
    summary.client = ipv4(1, 40'000);
    summary.server = ipv4(2, 443);
    summary.first = {4, start};
    summary.last = {21, start + second};
    summary.sni = "host.test.example";
    summary.version = 0x0304;
    summary.cipher_suite = 0x1301;
    summary.client_auth = ClientAuth::none;
    summary.seconds = 0.0123;
    summary.verdict = {Outcome::completed, nullptr, Certainty::proven, "The handshake completed.", {9, start}};
    return summary;
}

// The client omitted its intermediate; two findings, one with its own remedy.
inline Summary refused_client(std::uint32_t number)
{
    Summary summary = completed(number);
    summary.version = 0x0303;
    summary.cipher_suite = 0xc02f;
    summary.client_auth = ClientAuth::sent;
    Finding missing =
        finding("missing_intermediate", 9, Party::client, Certainty::proven,
                "1 certificate sent, \"CN=batch-client, O=Lab\"; its issuer \"CN=Lab Issuing CA, O=Lab\" was not "
                "sent, and frame 3 has it as a certificate that is not self-signed");
    missing.evidence = {3, 9, 12};
    missing.remedy = "Configure the client to send \"CN=Lab Issuing CA, O=Lab\" after its own certificate.";
    missing.hints = {{"OpenSSL", Side::server, "its CertificateRequest", "certificate verify failed", "", "measured"},
                     {"nginx", Side::server, "", "", "ssl_client_certificate", "the manual"}};
    Finding alert = finding("fatal_alert", 12, Party::server, Certainty::proven, "unknown_ca (48) by the server");
    alert.attributes = {SentAlert{48, std::nullopt}};
    alert.remedy = "See the log of the server: it knows why it sent this.";
    summary.findings = {std::move(missing), std::move(alert)};
    summary.verdict = {
        Outcome::failed,
        diagnosis("missing_intermediate"),
        Certainty::proven,
        "The server refused the client's certificate (unknown_ca): the client sent only its own "
        "certificate, and its issuer \"CN=Lab Issuing CA, O=Lab\" is in neither the chain nor the server's "
        "CA list.",
        {12, start + second}};
    return summary;
}

} // namespace tlsdiag::samples
