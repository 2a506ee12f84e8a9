// Names of protocol numbers, spelled as in the IANA registries.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/versions.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag {

std::string version_name(Version version);              // "TLS 1.2", "DTLS 1.2", "TLS 1.3 (draft 23)", "0x1234"
std::string cipher_suite_name(CipherSuite suite);       // "TLS_AES_128_GCM_SHA256", "0x1234"
std::string_view known_cipher_suite(CipherSuite suite); // the same; empty: no name is known
std::string sslv2_kind_name(std::uint32_t kind);        // "SSL2_RC4_128_WITH_MD5", "0x123456"
std::string group_name(Group group);                    // "x25519", "X25519MLKEM768", "0x1234"
std::string signature_scheme_name(SignatureScheme scheme);
std::string certificate_compression_name(std::uint16_t algorithm); // "zlib", "algorithm 0x4001"
std::string alert_name(std::uint8_t description);                  // "unknown_ca", "alert_123"
std::string handshake_type_name(std::uint8_t type);                // "ClientHello", "handshake type 99"

// The kinds of keys that can make these signatures: of "RSA", "ECDSA", "EdDSA", "ML-DSA", each at most once.
std::vector<std::string_view> kinds_of_keys(std::span<const SignatureScheme> schemes);

// The number of an alert: alert_number("unknown_ca") == 48; 255 if there is no such name.
std::uint8_t alert_number(std::string_view name);

} // namespace tlsdiag
