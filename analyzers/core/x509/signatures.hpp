// Verifies what TLS signs with a certificate's key: ServerKeyExchange and CertificateVerify.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/versions.hpp"
#include "core/x509/certificate.hpp"

namespace tlsdiag {

// Whether the certificate's key made this signature of `content`. Absent if that cannot be verified: an unreadable
// certificate, an unknown scheme, a key over 8,192 bits or with explicit EC parameters.
// No `scheme` means TLS 1.1 or earlier: MD5 and SHA-1 together for RSA, SHA-1 for the others (RFC 4346, 7.4.3; RFC
// 8422, 5.4).
std::optional<bool> verify_signature(const Certificate &certificate, std::optional<SignatureScheme> scheme,
                                     Bytes content, Bytes signature);

// Whether the key made this RSA PKCS#1 signature, even of other content: its padding is readable. Always false for
// other kinds of signature, where this cannot be determined.
bool made_by_key(const Certificate &certificate, Bytes signature);

// The transcript hash of a TLS 1.3 cipher suite; empty for other suites (RFC 8446, 4.4.1).
Octets transcript_hash(CipherSuite suite, Bytes transcript);

// What a CertificateVerify of TLS 1.3 signs (RFC 8446, 4.4.3).
Octets certificate_verify_content(bool server, Bytes transcript_hash);

} // namespace tlsdiag
