// Recognizes TLS libraries by the order of their extensions and signature algorithms, which configuration seldom
// changes. The orders were read in the libraries' sources and apply to OpenSSL 1.0.1 to 3.0, OpenJDK 11 to 25, GnuTLS
// 3.6 and later, Go 1.13 and later, NSS (Firefox) and the Schannel of Windows 10.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/library_fingerprint.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace tlsdiag {

namespace {

using Schemes = std::span<const SignatureScheme>;

constexpr std::string_view openssl = "OpenSSL", jsse = "JSSE", gnutls = "GnuTLS", go = "Go", nss = "NSS",
                           schannel = "Schannel";

constexpr SignatureScheme ed25519 = 0x0807, ed448 = 0x0808, ecdsa_sha1 = 0x0203;

// The start of each library's list of signature algorithms. Some builds lack Ed25519, Ed448 or SHA-1.
constexpr std::array<SignatureScheme, 8> openssl_schemes{0x0403, 0x0503, 0x0603, 0x0809,
                                                         0x080a, 0x080b, 0x0804, 0x0805};
constexpr std::array<SignatureScheme, 9> openssl_1_0_schemes{0x0601, 0x0602, 0x0603, 0x0501, 0x0502,
                                                             0x0503, 0x0401, 0x0402, 0x0403};
constexpr std::array<SignatureScheme, 10> jsse_schemes{0x0403, 0x0503, 0x0603, 0x0804, 0x0805,
                                                       0x0806, 0x0809, 0x080a, 0x080b, 0x0401};
constexpr std::array<SignatureScheme, 7> gnutls_schemes{0x0401, 0x0809, 0x0804, 0x0403, 0x0501, 0x080a, 0x0805};
constexpr std::array<SignatureScheme, 9> go_schemes{0x0804, 0x0403, 0x0805, 0x0806, 0x0401,
                                                    0x0501, 0x0601, 0x0503, 0x0603};
constexpr std::array<SignatureScheme, 8> nss_schemes{0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501};
constexpr std::array<SignatureScheme, 9> schannel_schemes{0x0401, 0x0501, 0x0201, 0x0403, 0x0503,
                                                          0x0203, 0x0202, 0x0601, 0x0603};

// The extensions in each library's order.
constexpr std::array<std::uint16_t, 24> openssl_order{0xff01, 0,  1,  12, 11, 10, 35, 5,  13172, 16, 14, 22,
                                                      18,     23, 49, 50, 13, 43, 45, 51, 44,    42, 21, 41};
constexpr std::array<std::uint16_t, 17> jsse_order{0, 1, 5, 10, 11, 16, 17, 23, 35, 13, 43, 44, 45, 47, 50, 0xff01, 41};
constexpr std::array<std::uint16_t, 9> schannel_order{0, 5, 10, 11, 13, 35, 16, 23, 0xff01};

constexpr std::uint16_t status_request_v2 = 17, encrypt_then_mac = 22, certificate_timestamp = 18,
                        record_size_limit = 28;

bool has(const ClientHello &hello, std::uint16_t extension)
{
    return std::ranges::find(hello.extensions, extension) != hello.extensions.end();
}

// Whether the hello's extensions follow this order, ignoring extensions that it does not contain.
bool in_order(const ClientHello &hello, std::span<const std::uint16_t> order)
{
    auto place = order.begin();
    for (const std::uint16_t extension : hello.extensions) {
        const auto found = std::find(order.begin(), order.end(), extension);
        if (found == order.end())
            continue;
        if (found < place)
            return false;
        place = found;
    }
    return true;
}

// Whether the list starts with `begin`, ignoring the `optional` ones: these are never first (in Bouncy Castle they
// are).
bool begins(Schemes list, Schemes begin, std::initializer_list<SignatureScheme> optional = {ed25519, ed448})
{
    auto next = begin.begin();
    if (list.empty() || list.front() != *next)
        return false;
    for (const SignatureScheme scheme : list) {
        if (next == begin.end())
            break;
        if (scheme == *next)
            ++next;
        else if (std::find(optional.begin(), optional.end(), scheme) == optional.end())
            return false;
    }
    return next == begin.end();
}

bool by_openssl(const ClientHello &hello)
{
    if (begins(hello.signature_algorithms, openssl_1_0_schemes))
        return true;
    return has(hello, encrypt_then_mac) && hello.has(ExtensionType::supported_groups) &&
           !has(hello, record_size_limit) && has(hello, 11) && in_order(hello, openssl_order);
}

bool by_jsse(const ClientHello &hello)
{
    return has(hello, status_request_v2) && hello.has(ExtensionType::supported_groups) && in_order(hello, jsse_order) &&
           (hello.signature_algorithms.empty() || begins(hello.signature_algorithms, jsse_schemes));
}

bool by_gnutls(const ClientHello &hello)
{
    return has(hello, encrypt_then_mac) && has(hello, record_size_limit) &&
           begins(hello.signature_algorithms, gnutls_schemes);
}

bool by_go(const ClientHello &hello)
{
    return has(hello, certificate_timestamp) && begins(hello.signature_algorithms, go_schemes);
}

bool by_nss(const ClientHello &hello)
{
    return has(hello, record_size_limit) && !has(hello, encrypt_then_mac) &&
           begins(hello.signature_algorithms, nss_schemes, {ecdsa_sha1});
}

bool by_schannel(const ClientHello &hello)
{
    Schemes schemes = hello.signature_algorithms;
    constexpr std::array<SignatureScheme, 3> pss{0x0804, 0x0805, 0x0806}; // since Windows 10
    if (begins(schemes, pss, {}))
        schemes = schemes.subspan(pss.size());
    return begins(schemes, schannel_schemes, {}) && in_order(hello, schannel_order);
}

LibraryFingerprint by_hello(const ClientHello &hello)
{
    constexpr std::array<std::pair<std::string_view, bool (*)(const ClientHello &)>, 6> libraries{
        {{openssl, by_openssl},
         {jsse, by_jsse},
         {gnutls, by_gnutls},
         {go, by_go},
         {nss, by_nss},
         {schannel, by_schannel}}};
    if (hello.grease || hello.sslv2) // browsers, which also use the order of other libraries
        return {};
    LibraryFingerprint guess;
    for (const auto &[library, says] : libraries) {
        if (!says(hello))
            continue;
        if (guess)
            return {};
        guess = {library, "its ClientHello"};
    }
    return guess;
}

LibraryFingerprint by_request(const CertificateRequest &request)
{
    const Schemes schemes = request.signature_algorithms;
    constexpr std::array<SignatureScheme, 3> mldsa{0x0905, 0x0906, 0x0904}; // first in OpenSSL since 3.5
    if (begins(schemes, mldsa, {}) && begins(schemes.subspan(mldsa.size()), openssl_schemes))
        return {openssl, "its CertificateRequest"};
    const std::string_view library = begins(schemes, openssl_schemes) || begins(schemes, openssl_1_0_schemes) ? openssl
                                     : begins(schemes, jsse_schemes)                                          ? jsse
                                     : begins(schemes, gnutls_schemes)                                        ? gnutls
                                     : begins(schemes, go_schemes)                                            ? go
                                     : begins(schemes, nss_schemes, {ecdsa_sha1})                             ? nss
                                                                                                              : "";
    return {library, "its CertificateRequest"};
}

bool ended_with(const Conversation &c, Side side, std::uint8_t alert)
{
    return c.ending.reason == EndReason::alert && c.ending.by == side && c.ending.alert->description == alert;
}

// Alerts that only one library sends in this situation (measured with OpenJDK 17, GnuTLS 3.7, OpenSSL 3.0, Go, NSS).
LibraryFingerprint by_alert(const Conversation &c, Side side)
{
    constexpr std::uint8_t unexpected_message = 10, decode_error = 50;
    constexpr std::uint32_t largest_of_jsse = 32'768, header = 4;
    const bool too_long = c.certificate_request && c.certificate_request->size + header > largest_of_jsse;
    if (side == Side::client && too_long && ended_with(c, side, unexpected_message))
        return {jsse, "its alert after a message over 32,768 bytes"};
    const auto &chain = c.chain[Side::client];
    if (side == Side::server && chain && chain->empty() && ended_with(c, side, decode_error))
        return {gnutls, "its alert after an empty Certificate message"};
    return {};
}

} // namespace

LibraryFingerprint fingerprint_library(const Conversation &c, Side side)
{
    LibraryFingerprint guess;
    if (side == Side::client && c.client_hello)
        guess = by_hello(*c.client_hello);
    else if (side == Side::server && c.certificate_request)
        guess = by_request(*c.certificate_request);
    return guess ? guess : by_alert(c, side);
}

} // namespace tlsdiag
