// The numbers of versions, cipher suites, groups and signature schemes, and what kind of number each is.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

namespace tlsdiag {

// A version as on the wire: 0x0303 is TLS 1.2, 0x0304 TLS 1.3, 0xfefd DTLS 1.2, 0x7f00 + n a draft of TLS 1.3.
using Version = std::uint16_t;
using CipherSuite = std::uint16_t;
using Group = std::uint16_t;
using SignatureScheme = std::uint16_t;

bool is_grease(std::uint16_t value);    // RFC 8701
bool is_signalling(CipherSuite suite);  // not a cipher but a signal: 0x00ff (RFC 5746), 0x5600 (RFC 7507)
bool is_dtls(Version version);          // 0xfeff, 0xfefd, 0xfefc, and OpenSSL's early 0x0100
bool is_draft(Version version);         // a draft of TLS 1.3: 0x7f00 + n, or Facebook's 0xfb00 + n
bool is_tls13(Version version);         // 0x0304, its drafts from 0x7f0e on, DTLS 1.3
bool is_known_version(Version version); // SSLv2 to TLS 1.3, DTLS, drafts of TLS 1.3

bool is_reserved_quic_version(std::uint32_t version); // RFC 9000, 15

// For comparisons: DTLS and drafts as the TLS version with the same features.
Version comparable_version(Version version);

} // namespace tlsdiag
