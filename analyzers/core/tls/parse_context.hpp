// What the parsers must know about the conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/versions.hpp"

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

} // namespace tlsdiag
