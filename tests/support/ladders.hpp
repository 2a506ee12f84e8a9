// A ladder for the tests of renderers, like one that build.cpp makes: it has some rows of each kind.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

namespace tlsdiag::samples {

inline Ladder::Row arrow(Ladder::Kind kind, Ladder::Lane from, std::uint32_t frame, double seconds, std::string label,
                         std::vector<std::string> words = {})
{
    Ladder::Row row;
    row.kind = kind;
    row.from = from;
    row.frame = row.last_frame = frame;
    row.seconds = seconds;
    row.label = std::move(label);
    row.words = std::move(words);
    return row;
}

inline std::vector<Ladder::Row> refused_rows()
{
    using enum Ladder::Kind;
    constexpr auto client = Ladder::Lane::client, server = Ladder::Lane::server;
    std::vector<Ladder::Row> rows{
        arrow(transport, client, 4, 0, "TCP SYN"),
        arrow(transport, server, 5, 0.0102, "TCP SYN, ACK"),
        arrow(plain, client, 6, 0.0131, "STARTTLS"),
        arrow(message, client, 7, 0.0204, "ClientHello",
              {"offers TLS 1.3, TLS 1.2", "17 cipher suites", "SNI host.test.example", "ALPN h2, http/1.1"}),
        arrow(again, client, 9, 0.2304, "sent again"),
        arrow(message, server, 11, 0.2411, "Certificate",
              {"CN=host.test.example, O=Lab <- CN=Lab Issuing CA, O=Lab <- CN=Lab Root, O=Lab", "3,210 bytes"}),
        arrow(missing, server, 12, 0.2412, "the capture lacks 1,448 bytes"),
        arrow(message, server, 13, 0.2413, "CertificateRequest", {"2 CA names in 118 bytes", "CN=東京 Lab CA, ..."}),
        arrow(message, client, 15, 0.2533, "Certificate", {"CN=\"<b>&amp;\" 'batch', O=Lab"}),
        arrow(encrypted, client, 15, 0.2534, "Encrypted", {"1 record, 40 bytes", "judging by the sizes: Finished"}),
        arrow(silence, client, 0, 0.2534, "3.0 s of silence"),
        arrow(message, server, 18, 3.2603, "Alert", {"fatal, unknown_ca (48)"}),
        arrow(transport, server, 19, 3.2604, "TCP FIN"),
        arrow(note, client, 0, 0, "the capture ends here"),
    };
    rows[4].lost = true;
    rows[5].last_frame = 12;
    rows[8].decrypted = true;
    rows[8].findings = {0};
    rows[10].pause = 3.0069;
    rows[11].breaks = true;
    rows[11].findings = {1};
    return rows;
}

inline std::vector<Ladder::Finding> refused_findings()
{
    Ladder::Finding missing;
    missing.id = "missing_intermediate";
    missing.title = "An intermediate certificate was not sent";
    missing.severity = "warning";
    missing.side = "client";
    missing.certainty = "proven";
    missing.frame = 15;
    missing.row = 8;
    missing.detail = "1 certificate sent, \"CN=batch, O=Lab\"; its issuer \"CN=Lab Issuing CA, O=Lab\" was not sent";
    missing.remedy = "Configure the client to send \"CN=Lab Issuing CA, O=Lab\" after its own certificate.";
    missing.hints = {"OpenSSL (the server, by its CertificateRequest) logs: certificate verify failed"};
    missing.evidence = {13, 15, 18};
    missing.is_cause = missing.is_problem = true;
    Ladder::Finding alert = missing;
    alert.id = "fatal_alert";
    alert.title = "A fatal alert";
    alert.severity = "error";
    alert.side = "server";
    alert.frame = 18;
    alert.row = 11;
    alert.detail = "unknown_ca (48) by the server";
    alert.remedy = "See the log of the server: it knows why it sent this.";
    alert.hints.clear();
    alert.evidence = {18};
    alert.is_cause = false;
    return {missing, alert};
}

// The server refused a client that omitted its intermediate.
inline Ladder refused(std::uint32_t number = 0)
{
    Ladder ladder;
    ladder.number = number;
    ladder.client = "192.0.2.1:40000";
    ladder.server = "192.0.2.2:443";
    ladder.protocol = "TLS";
    ladder.filter = "tcp.stream == " + std::to_string(number);
    ladder.sni = "host.test.example";
    ladder.version = "TLS 1.2";
    ladder.first_frame = 4;
    ladder.last_frame = 23;
    ladder.time = "2026-11-20T10:11:12.123456Z";
    ladder.seconds = 3.2399;
    ladder.properties = {{"Negotiated", "TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
                         {"Client certificate", "requested in frame 13 (2 CA names); sent: CN=batch, O=Lab, frame 15"}};
    ladder.rows = refused_rows();
    ladder.findings = refused_findings();
    ladder.outcome = "failed";
    ladder.cause = "missing_intermediate";
    ladder.certainty = "proven";
    ladder.verdict = "The server refused the client's certificate (unknown_ca): the client sent only its own "
                     "certificate, and its issuer \"CN=Lab Issuing CA, O=Lab\" is in neither the chain nor the "
                     "server's CA list.";
    ladder.has_problem = true;
    return ladder;
}

inline Ladder healthy(std::uint32_t number)
{
    Ladder ladder;
    ladder.number = number;
    ladder.client = "192.0.2.1:40001";
    ladder.server = "192.0.2.2:443";
    ladder.outcome = "completed";
    ladder.verdict = "The handshake completed.";
    return ladder;
}

// Any text that a peer may send, in every text field, and longer than the core would ever allow.
inline Ladder hostile()
{
    const std::string text =
        "</style>\"'><script>alert(1)</script>\x1b[31m\xe2\x80\xae\xff\xef\xbf\xbf&amp;\x01 \xd8\xa7\xd9\x84 " +
        std::string(100'000, 'x');
    Ladder ladder = refused();
    for (std::string *field : {&ladder.client, &ladder.server, &ladder.filter, &ladder.sni, &ladder.version,
                               &ladder.protocol, &ladder.time, &ladder.verdict})
        *field = text;
    ladder.properties.push_back({text, text});
    for (Ladder::Row &row : ladder.rows) {
        row.label = text;
        row.words = {text, text};
    }
    for (Ladder::Finding &finding : ladder.findings) {
        finding.title = finding.detail = finding.remedy = text;
        finding.hints = {text};
    }
    return ladder;
}

} // namespace tlsdiag::samples
