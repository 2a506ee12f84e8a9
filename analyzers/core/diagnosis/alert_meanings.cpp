// What each TLS alert means (RFC 8446, 6.2; RFC 5246, 7.2.2) and for which faults known TLS stacks send it. The latter
// was measured with OpenSSL 3.0, OpenJDK 17 and 25, GnuTLS, NSS and Go, or read in their sources.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/alert_meanings.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

struct Meaning {
    std::uint8_t description;
    std::string_view text;
};

static constexpr std::array meanings{
    Meaning{10,
            "another message was expected: Java sends it for a handshake message over 32,768 bytes, many stacks for "
            "bytes that are not TLS"},
    Meaning{20, "a record did not decrypt: it was changed in transit, or the two sides have different keys"},
    Meaning{22, "a record is longer than 16,384 bytes; often the bytes were not TLS"},
    Meaning{
        40,
        "no cipher suite, group or signature algorithm in common, or no certificate that fits them; OpenSSL and recent "
        "Java and Go servers (TLS 1.2) also send it for a missing client certificate"},
    Meaning{41, "the client has no certificate (SSL 3.0); mbedTLS servers also send it in TLS 1.3"},
    Meaning{
        42,
        "the certificate is not accepted: GnuTLS and Go send it for any reason, OpenSSL for a wrong name or one that "
        "is not valid yet; Java 17, older Go and IAIK also send it for a missing one"},
    Meaning{43, "the certificate's type, key usage or extended key usage is not suitable"},
    Meaning{44, "the certificate is revoked"},
    Meaning{45, "the certificate has expired, or the sender's clock is wrong"},
    Meaning{46, "the certificate is not accepted: Java sends it for any chain that it cannot trust"},
    Meaning{47, "a field contradicts another field or the protocol"},
    Meaning{48, "no path to a CA that the sender trusts: its trust store lacks the root, or the chain lacks an "
                "intermediate (OpenSSL, NSS)"},
    Meaning{49, "the certificate is valid but does not grant access; GnuTLS servers refuse client certificates with "
                "this alert"},
    Meaning{50, "the lengths in a message are inconsistent; GnuTLS also sends it for a handshake over 131,072 bytes"},
    Meaning{51,
            "a signature or a Finished message does not verify: the private key does not match the certificate, or the "
            "handshake was changed in transit"},
    Meaning{70, "none of the offered versions is accepted"},
    Meaning{71, "everything that was offered is too weak for the sender"},
    Meaning{80, "an internal fault of the sender; OpenSSL servers also send it for more than 65,535 bytes of CA names, "
                "Go for a handshake message over 65,536 bytes"},
    Meaning{86, "the client retries with a lower version than the server supports (RFC 7507)"},
    Meaning{109, "a mandatory extension is missing (RFC 8446, 9.2)"},
    Meaning{110, "a message contains an extension that was not offered"},
    Meaning{112, "the server does not know the server name (SNI) that the client sent, or requires one"},
    Meaning{113, "the stapled OCSP response is not accepted"},
    Meaning{115, "the identity of the pre-shared key is unknown"},
    Meaning{116, "the server requires a client certificate, and there was none"},
    Meaning{120, "no application protocol (ALPN) in common"},
    Meaning{121, "the server did not accept the encrypted ClientHello (ECH), and the client needs that"},
};

std::string_view alert_meaning(std::uint8_t description)
{
    const auto found = std::ranges::find(meanings, description, &Meaning::description);
    return found == meanings.end() ? std::string_view{} : found->text;
}

} // namespace tlsdiag
