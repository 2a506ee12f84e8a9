// What TLS signs with a certificate's key: ServerKeyExchange and CertificateVerify.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/x509/certificates.hpp"

namespace tlsdiag {

// Whether the certificate's key made this signature of `content`. Absent where that cannot be judged: an unreadable
// certificate, a scheme that is not known, a key over 8,192 bits or with explicit EC parameters.
// No `scheme` is TLS 1.1 and before: MD5 and SHA-1 together for RSA, SHA-1 for the others (RFC 4346, 7.4.3; RFC
// 8422, 5.4).
std::optional<bool> verify_signature(const Certificate &certificate, std::optional<SignatureScheme> scheme,
                                     Bytes content, Bytes signature);

// The key made this RSA PKCS#1 signature, be it of other content: its padding can be read. For other kinds of signature
// that cannot be told: false.
bool made_by_key(const Certificate &certificate, Bytes signature);

// The hash of a TLS 1.3 suite over the transcript; empty for other suites (RFC 8446, 4.4.1).
Octets transcript_hash(CipherSuite suite, Bytes transcript);

// What a CertificateVerify of TLS 1.3 signs (RFC 8446, 4.4.3).
Octets certificate_verify_content(bool server, Bytes transcript_hash);

} // namespace tlsdiag
