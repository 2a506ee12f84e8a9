// Tests signatures of handshake messages: every scheme, and signatures that were not made by this key.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificate_cache.hpp"
#include "core/x509/signatures.hpp"
#include "support/catch.hpp"
#include "support/pki.hpp"

using namespace tlsdiag;

static Octets sign(EVP_PKEY *key, const EVP_MD *digest, bool pss, Bytes content)
{
    const openssl::DigestContextOwner context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX *parameters = nullptr;
    REQUIRE(EVP_DigestSignInit(context.get(), &parameters, digest, nullptr, key) == 1);
    if (pss) {
        REQUIRE(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1);
        REQUIRE(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    std::size_t size = 0;
    REQUIRE(EVP_DigestSign(context.get(), nullptr, &size, content.data(), content.size()) == 1);
    Octets signature(size);
    REQUIRE(EVP_DigestSign(context.get(), signature.data(), &size, content.data(), content.size()) == 1);
    signature.resize(size);
    return signature;
}

TEST_CASE("signatures verify with the key that made them", "[signatures]")
{
    struct Row {
        std::string key, digest;
        std::optional<SignatureScheme> scheme;
        bool pss = false;
    };
    const auto row = GENERATE(values<Row>({
        {"RSA-1024", "MD5-SHA1", std::nullopt},
        {"RSA-1024", "MD5", 0x0101},
        {"RSA-1024", "SHA1", 0x0201},
        {"RSA-1024", "SHA256", 0x0401},
        {"RSA-1024", "SHA512", 0x0601},
        {"RSA-1024", "SHA256", 0x0804, true},
        {"RSA-1024", "SHA384", 0x0805, true},
        {"RSA-2048", "SHA512", 0x0806, true},
        {"RSA-PSS-1024", "SHA256", 0x0809, true},
        {"P-256", "SHA1", std::nullopt},
        {"P-256", "SHA256", 0x0403},
        {"P-384", "SHA384", 0x0503},
        {"P-521", "SHA512", 0x0603},
        {"brainpoolP256r1", "SHA256", 0x081a},
        {"ED25519", "", 0x0807},
        {"ED448", "", 0x0808},
    }));
    CAPTURE(row.key, row.digest);
    CertificateCache cache;
    const auto signer = pki::make_ca("Signer", {.key = row.key});
    const auto stranger = pki::make_ca("Signer", {.key = row.key});
    const Octets content{1, 2, 3, 4}, other{1, 2, 3, 5};
    const EVP_MD *digest = row.digest.empty() ? nullptr : EVP_get_digestbyname(row.digest.c_str());
    Octets signature = sign(signer.key.get(), digest, row.pss, content);
    const Certificate &certificate = *cache.parse(signer.der);

    CHECK(verify_signature(certificate, row.scheme, content, signature) == true);
    CHECK(verify_signature(certificate, row.scheme, other, signature) == false);
    CHECK(verify_signature(*cache.parse(stranger.der), row.scheme, content, signature) == false);
    CHECK(verify_signature(certificate, row.scheme, content, {}) == false);
    signature.back() ^= 1;
    CHECK(verify_signature(certificate, row.scheme, content, signature) == false);
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("what cannot be judged is not judged", "[signatures]")
{
    CertificateCache cache;
    const auto ec = pki::make_ca("Signer"), ed25519 = pki::make_ca("Signer", {.key = "ED25519"});
    const Octets content{1, 2, 3, 4};
    CHECK(verify_signature(*cache.parse({}), 0x0403, content, content) == std::nullopt);
    CHECK(verify_signature(*cache.parse(ec.der), 0x0708, content, content) == std::nullopt); // sm2sig_sm3
    CHECK(verify_signature(*cache.parse(ec.der), 0x0003, content, content) == std::nullopt); // no hash
    CHECK(verify_signature(*cache.parse(ed25519.der), std::nullopt, content, content) == std::nullopt);
    CHECK(verify_signature(*cache.parse(ec.der), 0x0401, content, content) == false); // RSA with an EC key
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("what TLS 1.3 signs", "[signatures]")
{
    CHECK(transcript_hash(0x1301, {}).size() == 32);
    CHECK(transcript_hash(0x1302, {}).size() == 48);
    CHECK(transcript_hash(0xc02f, {}).empty());
    CHECK(transcript_hash(0x1301, {})[0] == 0xe3); // SHA-256 of nothing: e3b0c442...

    const Octets hash(32, 0x01); // the example in RFC 8446, 4.4.3
    const Octets content = certificate_verify_content(true, hash);
    REQUIRE(content.size() == 64 + 33 + 1 + 32);
    CHECK(std::string{content.begin() + 62, content.begin() + 97} == "  TLS 1.3, server CertificateVerify");
    CHECK(content[97] == 0);
    CHECK(content[98] == 1);
    CHECK(certificate_verify_content(false, hash)[73] == 'c');
}
