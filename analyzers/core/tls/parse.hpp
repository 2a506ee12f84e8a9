// Turns bytes into typed messages. Each parser reads like the RFC's schema. Bytes with inconsistent lengths give an
// OpaqueMessage with `malformed` set, never an exception.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"

namespace tlsdiag {

// What the form of a message depends on.
struct ParseContext {
    bool tls13 = false; // TLS 1.3 or a draft was chosen: Certificate and CertificateRequest have the form of RFC 8446
    bool dtls = false;
    // The chosen version, as DTLS or TLS encodes it. 0: not known (no ServerHello was seen); then the form that fits
    // exactly is used.
    Version version = 0x0303;
    CipherSuite cipher_suite = 0; // determines the form of ServerKeyExchange; 0: not known
};

// Parses one handshake message from its type and its body (without the header).
Message parse_message(std::uint8_t type, Bytes body, const ParseContext &context);

// Parses an SSLv2-format message without its 2-byte record header: CLIENT-HELLO (1) or SERVER-HELLO (4).
Message parse_sslv2(Bytes body);

bool is_grease(std::uint16_t value);    // RFC 8701
bool is_signalling(CipherSuite suite);  // not a cipher but a signal: 0x00ff (RFC 5746), 0x5600 (RFC 7507)
bool is_dtls(Version version);          // 0xfeff, 0xfefd, 0xfefc, and OpenSSL's early 0x0100
bool is_draft(Version version);         // a draft of TLS 1.3: 0x7f00 + n, or Facebook's 0xfb00 + n
bool is_tls13(Version version);         // 0x0304, its drafts from 0x7f0e on, DTLS 1.3
bool is_known_version(Version version); // SSLv2 to TLS 1.3, DTLS, drafts of TLS 1.3
Version
comparable_version(Version version); // for comparisons: DTLS and drafts as the TLS version with the same features

} // namespace tlsdiag
