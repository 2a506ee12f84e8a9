// Tests the names and properties of protocol numbers.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/iana_names.hpp"

#include "support/catch.hpp"

#include <algorithm>

using namespace tlsdiag;

TEST_CASE("versions have the names that people use", "[names]")
{
    CHECK(version_name(0x0002) == "SSLv2");
    CHECK(version_name(0x0300) == "SSLv3");
    CHECK(version_name(0x0301) == "TLS 1.0");
    CHECK(version_name(0x0303) == "TLS 1.2");
    CHECK(version_name(0x0304) == "TLS 1.3");
    CHECK(version_name(0xfeff) == "DTLS 1.0");
    CHECK(version_name(0xfefd) == "DTLS 1.2");
    CHECK(version_name(0xfefc) == "DTLS 1.3");
    CHECK(version_name(0x7f17) == "TLS 1.3 (draft 23)");
    CHECK(version_name(0xfb1a) == "TLS 1.3 (Facebook draft 26)");
    CHECK(version_name(0x0305) == "0x0305");
}

TEST_CASE("cipher suites have the names of the registry", "[names]")
{
    CHECK(cipher_suite_name(0x0000) == "TLS_NULL_WITH_NULL_NULL");
    CHECK(cipher_suite_name(0x0003) == "TLS_RSA_EXPORT_WITH_RC4_40_MD5");
    CHECK(cipher_suite_name(0x0041) == "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA");
    CHECK(cipher_suite_name(0x00ff) == "TLS_EMPTY_RENEGOTIATION_INFO_SCSV");
    CHECK(cipher_suite_name(0x1301) == "TLS_AES_128_GCM_SHA256");
    CHECK(cipher_suite_name(0x5600) == "TLS_FALLBACK_SCSV");
    CHECK(cipher_suite_name(0xc02f) == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    CHECK(cipher_suite_name(0xcca8) == "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    CHECK(cipher_suite_name(0xd005) == "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256");
    CHECK(cipher_suite_name(0xfeff) == "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA");
    CHECK(cipher_suite_name(0x1234) == "0x1234");
    CHECK(cipher_suite_name(0x0a0a) == "0x0a0a");
    CHECK(sslv2_kind_name(0x0700c0) == "SSL2_DES_192_EDE3_CBC_WITH_MD5");
    CHECK(sslv2_kind_name(0x123456) == "0x123456");
}

TEST_CASE("no two cipher suites have the same name", "[names]")
{
    std::vector<std::string> names;
    for (unsigned suite = 0; suite <= 0xffff; ++suite)
        if (const std::string name = cipher_suite_name(static_cast<CipherSuite>(suite)); !name.starts_with("0x"))
            names.push_back(name);
    CHECK(names.size() > 400);
    std::sort(names.begin(), names.end());
    // Each of the Netscape FIPS suites has two numbers.
    names.erase(std::remove_if(names.begin(), names.end(), [](auto &name) { return name.starts_with("SSL_RSA_FIPS"); }),
                names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    INFO((twice == names.end() ? "" : *twice));
    CHECK(twice == names.end());
}

TEST_CASE("groups and signature schemes have the names of the registry", "[names]")
{
    CHECK(group_name(0x0017) == "secp256r1");
    CHECK(group_name(0x001d) == "x25519");
    CHECK(group_name(0x0100) == "ffdhe2048");
    CHECK(group_name(0x11ec) == "X25519MLKEM768");
    CHECK(group_name(0x1234) == "0x1234");
    CHECK(signature_scheme_name(0x0401) == "rsa_pkcs1_sha256");
    CHECK(signature_scheme_name(0x0804) == "rsa_pss_rsae_sha256");
    CHECK(signature_scheme_name(0x0202) == "dsa_sha1");
    CHECK(signature_scheme_name(0x0905) == "mldsa65");
    CHECK(signature_scheme_name(0x0909) == "0x0909");
}

TEST_CASE("alerts have names, and names have alerts", "[names]")
{
    CHECK(alert_name(0) == "close_notify");
    CHECK(alert_name(21) == "decryption_failed");
    CHECK(alert_name(41) == "no_certificate");
    CHECK(alert_name(48) == "unknown_ca");
    CHECK(alert_name(121) == "ech_required");
    CHECK(alert_name(123) == "alert_123");
    CHECK(alert_number("unknown_ca") == 48);
    CHECK(alert_number("certificate_required") == 116);
    CHECK(alert_number("alert_123") == 255);
    CHECK(alert_number("") == 255);
    for (unsigned description = 0; description < 255; ++description) {
        const std::string name = alert_name(static_cast<std::uint8_t>(description));
        if (!name.starts_with("alert_"))
            CHECK(alert_number(name) == description);
    }
}

TEST_CASE("handshake messages are called as in the RFC", "[names]")
{
    CHECK(handshake_type_name(1) == "ClientHello");
    CHECK(handshake_type_name(6) == "HelloRetryRequest");
    CHECK(handshake_type_name(25) == "CompressedCertificate");
    CHECK(handshake_type_name(99) == "handshake type 99");
}
