// RFC 8446, 6.2 and RFC 5246, 7.2.2 say what an alert is for. Which stack sends it for what was measured with
// OpenSSL 3.0, OpenJDK 17 and 25, GnuTLS, NSS and Go, or read in their sources.
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
            "a message where another was due: Java sends it for a handshake message over 32,768 bytes, many stacks for "
            "bytes that are not TLS"},
    Meaning{20, "a record did not decrypt: changed on the way, or the two sides have different keys"},
    Meaning{22, "a record over 16,384 bytes; often the bytes were not TLS"},
    Meaning{
        40,
        "no cipher suite, group or signature algorithm in common, or no certificate that fits them; from OpenSSL and "
        "recent Java and Go servers (TLS 1.2) also a missing client certificate"},
    Meaning{41, "the client has no certificate (SSL 3.0); mbedTLS servers say it in TLS 1.3 too"},
    Meaning{42,
            "the certificate is not accepted: GnuTLS and Go send it for any reason; Java 17, older Go and IAIK also "
            "for a missing one"},
    Meaning{43, "the certificate's type, key usage or extended key usage does not fit"},
    Meaning{44, "the certificate is revoked"},
    Meaning{45, "the certificate has expired, or the sender's clock is wrong"},
    Meaning{46, "the certificate is not accepted: Java sends it for any chain that it cannot trust"},
    Meaning{47, "a field contradicts the others or the protocol"},
    Meaning{48, "no path to a CA that the sender trusts: its trust store lacks the root, or the chain an intermediate "
                "(OpenSSL, NSS)"},
    Meaning{49, "the certificate is good, but it gives no access; GnuTLS servers refuse client certificates with it"},
    Meaning{50, "a message breaks its own lengths; from GnuTLS also a handshake over 131,072 bytes"},
    Meaning{51, "a signature or a Finished message does not verify: the private key is not the certificate's, or the "
                "handshake was changed on the way"},
    Meaning{70, "none of the versions offered is accepted"},
    Meaning{71, "all that was offered is too weak for the sender"},
    Meaning{
        80,
        "a fault in the sender itself; from OpenSSL servers also over 65,535 bytes of CA names, from Go a handshake "
        "message over 65,536 bytes"},
    Meaning{86, "the client retries with a lower version than the server supports (RFC 7507)"},
    Meaning{109, "a mandatory extension is missing (RFC 8446, 9.2)"},
    Meaning{110, "an extension that was not offered"},
    Meaning{112, "the server does not know the name that the client asked for, or wants one"},
    Meaning{113, "the stapled OCSP response is not accepted"},
    Meaning{115, "the pre-shared key's identity is not known"},
    Meaning{116, "the server insists on a client certificate, and there was none"},
    Meaning{120, "no application protocol (ALPN) in common"},
};

std::string_view alert_meaning(std::uint8_t description)
{
    const auto found = std::ranges::find(meanings, description, &Meaning::description);
    return found == meanings.end() ? std::string_view{} : found->text;
}

} // namespace tlsdiag
