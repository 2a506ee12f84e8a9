// Verifies signatures of handshake messages with OpenSSL.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/signatures.hpp"

#include "core/x509/x509.hpp"

#include <openssl/rsa.h>

#include <array>
#include <string>

namespace tlsdiag {

enum class KeyKind { rsa, dsa, ec, ed25519, ed448, other };

struct Method {
    KeyKind key = KeyKind::other;
    const EVP_MD *digest = nullptr; // null for Ed25519 and Ed448, which imply it
    bool pss = false;
};

static KeyKind kind_of(const EVP_PKEY &key)
{
    switch (EVP_PKEY_get_base_id(&key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
        return KeyKind::rsa;
    case EVP_PKEY_DSA:
        return KeyKind::dsa;
    case EVP_PKEY_EC:
        return KeyKind::ec;
    case EVP_PKEY_ED25519:
        return KeyKind::ed25519;
    case EVP_PKEY_ED448:
        return KeyKind::ed448;
    default:
        return KeyKind::other;
    }
}

// RFC 5246, 7.4.1.4.1: a hash in the high byte, a kind of key in the low one.
static std::optional<Method> method_of_pair(std::uint8_t hash, std::uint8_t kind)
{
    const std::array digests{EVP_md5(), EVP_sha1(), EVP_sha224(), EVP_sha256(), EVP_sha384(), EVP_sha512()};
    constexpr std::array kinds{KeyKind::rsa, KeyKind::dsa, KeyKind::ec};
    if (hash < 1 || hash > digests.size() || kind < 1 || kind > kinds.size())
        return std::nullopt;
    return Method{.key = kinds[kind - 1u], .digest = digests[hash - 1u]};
}

// RFC 8446, 4.2.3; RFC 8734.
static std::optional<Method> method_of(SignatureScheme scheme)
{
    switch (scheme) {
    case 0x0804: // rsa_pss_rsae_sha256
    case 0x0809: // rsa_pss_pss_sha256
        return Method{.key = KeyKind::rsa, .digest = EVP_sha256(), .pss = true};
    case 0x0805:
    case 0x080a:
        return Method{.key = KeyKind::rsa, .digest = EVP_sha384(), .pss = true};
    case 0x0806:
    case 0x080b:
        return Method{.key = KeyKind::rsa, .digest = EVP_sha512(), .pss = true};
    case 0x0807:
        return Method{.key = KeyKind::ed25519};
    case 0x0808:
        return Method{.key = KeyKind::ed448};
    case 0x081a: // ecdsa_brainpoolP256r1tls13_sha256
        return Method{.key = KeyKind::ec, .digest = EVP_sha256()};
    case 0x081b:
        return Method{.key = KeyKind::ec, .digest = EVP_sha384()};
    case 0x081c:
        return Method{.key = KeyKind::ec, .digest = EVP_sha512()};
    default:
        return method_of_pair(static_cast<std::uint8_t>(scheme >> 8), static_cast<std::uint8_t>(scheme & 0xff));
    }
}

static std::optional<Method> method_before_tls12(KeyKind key)
{
    switch (key) {
    case KeyKind::rsa:
        return Method{.key = key, .digest = EVP_md5_sha1()};
    case KeyKind::dsa:
    case KeyKind::ec:
        return Method{.key = key, .digest = EVP_sha1()};
    default:
        return std::nullopt;
    }
}

static bool choose_pss(EVP_PKEY_CTX *context)
{
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

std::optional<bool> verify_signature(const Certificate &certificate, std::optional<SignatureScheme> scheme,
                                     Bytes content, Bytes signature)
{
    const openssl::ErrorQueue queue;
    const std::shared_ptr<X509> x509 = openssl::x509_with_key(certificate);
    EVP_PKEY *key = x509 ? X509_get0_pubkey(x509.get()) : nullptr;
    if (!key || !openssl::can_verify_with(*key))
        return std::nullopt;
    const KeyKind kind = kind_of(*key);
    const std::optional<Method> method = scheme ? method_of(*scheme) : method_before_tls12(kind);
    if (!method || kind == KeyKind::other)
        return std::nullopt;
    if (method->key != kind)
        return false; // a key of this type cannot make such a signature

    const openssl::DigestContextOwner context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX *parameters = nullptr; // the context owns it
    if (!context || EVP_DigestVerifyInit(context.get(), &parameters, method->digest, nullptr, key) != 1)
        return std::nullopt;
    if (method->pss && !choose_pss(parameters))
        return std::nullopt;
    return EVP_DigestVerify(context.get(), signature.data(), signature.size(), content.data(), content.size()) == 1;
}

bool made_by_key(const Certificate &certificate, Bytes signature)
{
    const openssl::ErrorQueue queue;
    const std::shared_ptr<X509> x509 = openssl::x509_with_key(certificate);
    EVP_PKEY *key = x509 ? X509_get0_pubkey(x509.get()) : nullptr;
    if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || !openssl::can_verify_with(*key))
        return false;
    const openssl::KeyContextOwner context{EVP_PKEY_CTX_new(key, nullptr)};
    Octets content(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
    std::size_t size = content.size();
    return context && EVP_PKEY_verify_recover_init(context.get()) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_verify_recover(context.get(), content.data(), &size, signature.data(), signature.size()) == 1;
}

// RFC 8446, B.4: TLS_AES_256_GCM_SHA384 is 0x1302; the others from 0x1301 to 0x1305 use SHA-256.
Octets transcript_hash(CipherSuite suite, Bytes transcript)
{
    if (suite < 0x1301 || suite > 0x1305)
        return {};
    const openssl::ErrorQueue queue;
    Octets hash(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    const EVP_MD *digest = suite == 0x1302 ? EVP_sha384() : EVP_sha256();
    if (EVP_Digest(transcript.data(), transcript.size(), hash.data(), &size, digest, nullptr) != 1)
        size = 0;
    hash.resize(size);
    return hash;
}

Octets certificate_verify_content(bool server, Bytes transcript_hash)
{
    std::string content(64, ' ');
    content += server ? "TLS 1.3, server CertificateVerify" : "TLS 1.3, client CertificateVerify";
    content += '\0';
    content += openssl::view_of(transcript_hash);
    return {content.begin(), content.end()};
}

} // namespace tlsdiag
