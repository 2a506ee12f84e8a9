// Tables of protocol names, each ordered by value.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/iana_names.hpp"

#include "core/base/text.hpp"
#include "core/tls/versions.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

struct Named {
    std::uint32_t value;
    std::string_view name;
};

#define NAMED(value, name) {value, name},
constexpr auto cipher_suites = std::to_array<Named>({
#include "core/tls/cipher_suites.def"
});
constexpr auto unregistered_cipher_suites = std::to_array<Named>({
#include "core/tls/cipher_suites_unregistered.def"
});
constexpr auto groups = std::to_array<Named>({
#include "core/tls/groups.def"
});
constexpr auto signature_schemes = std::to_array<Named>({
#include "core/tls/signature_schemes.def"
});
#undef NAMED

// draft-hickman-netscape-ssl-00, C.4; the last two are in common use.
constexpr auto sslv2_kinds = std::to_array<Named>({
    {0x010080, "SSL2_RC4_128_WITH_MD5"},
    {0x020080, "SSL2_RC4_128_EXPORT40_WITH_MD5"},
    {0x030080, "SSL2_RC2_128_CBC_WITH_MD5"},
    {0x040080, "SSL2_RC2_128_CBC_EXPORT40_WITH_MD5"},
    {0x050080, "SSL2_IDEA_128_CBC_WITH_MD5"},
    {0x060040, "SSL2_DES_64_CBC_WITH_MD5"},
    {0x0700c0, "SSL2_DES_192_EDE3_CBC_WITH_MD5"},
    {0x080080, "SSL2_RC4_64_WITH_MD5"},
});

constexpr auto versions = std::to_array<Named>({
    {0x0002, "SSLv2"},
    {0x0100, "DTLS 1.0 (before its RFC)"}, // OpenSSL before 0.9.8f; Cisco AnyConnect
    {0x0101, "TLCP"},                      // GB/T 38636-2020
    {0x0300, "SSLv3"},
    {0x0301, "TLS 1.0"},
    {0x0302, "TLS 1.1"},
    {0x0303, "TLS 1.2"},
    {0x0304, "TLS 1.3"},
    {0xfefc, "DTLS 1.3"},
    {0xfefd, "DTLS 1.2"},
    {0xfeff, "DTLS 1.0"},
});

// RFC 8446, 6; RFC 5246, 7.2; RFC 6066, 9; RFC 9146, 6; RFC 9849, 11.2; the old ones are from SSLv3 and RFC 2246.
constexpr auto alerts = std::to_array<Named>({
    {0, "close_notify"},
    {1, "end_of_early_data"}, // drafts of TLS 1.3
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {21, "decryption_failed"},
    {22, "record_overflow"},
    {30, "decompression_failure"},
    {40, "handshake_failure"},
    {41, "no_certificate"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {52, "too_many_cids_requested"},
    {60, "export_restriction"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {111, "certificate_unobtainable"},
    {112, "unrecognized_name"},
    {113, "bad_certificate_status_response"},
    {114, "bad_certificate_hash_value"},
    {115, "unknown_psk_identity"},
    {116, "certificate_required"},
    {117, "general_error"},
    {120, "no_application_protocol"},
    {121, "ech_required"},
});

constexpr auto handshake_types = std::to_array<Named>({
    {0, "HelloRequest"},
    {1, "ClientHello"},
    {2, "ServerHello"},
    {3, "HelloVerifyRequest"},
    {4, "NewSessionTicket"},
    {5, "EndOfEarlyData"},
    {6, "HelloRetryRequest"},
    {8, "EncryptedExtensions"},
    {9, "RequestConnectionId"},
    {10, "NewConnectionId"},
    {11, "Certificate"},
    {12, "ServerKeyExchange"},
    {13, "CertificateRequest"},
    {14, "ServerHelloDone"},
    {15, "CertificateVerify"},
    {16, "ClientKeyExchange"},
    {17, "ClientCertificateRequest"},
    {20, "Finished"},
    {21, "CertificateURL"},
    {22, "CertificateStatus"},
    {23, "SupplementalData"},
    {24, "KeyUpdate"},
    {25, "CompressedCertificate"},
    {26, "EktKey"},
    {67, "NextProtocol"}, // NPN, before ALPN
    {254, "message_hash"},
});

template <class Table>
constexpr bool in_order(const Table &table)
{
    return std::ranges::is_sorted(table, std::ranges::less_equal{}, &Named::value);
}
static_assert(in_order(cipher_suites) && in_order(unregistered_cipher_suites) && in_order(groups) &&
              in_order(signature_schemes) && in_order(sslv2_kinds) && in_order(versions) && in_order(alerts) &&
              in_order(handshake_types));

template <class Table>
std::string_view find(const Table &table, std::uint32_t value)
{
    const auto found = std::ranges::lower_bound(table, value, {}, &Named::value);
    return found != table.end() && found->value == value ? found->name : std::string_view{};
}

static std::string or_number(std::string_view name, std::uint32_t value, int digits = 4)
{
    return name.empty() ? hex(value, digits) : std::string{name};
}

std::string version_name(Version version)
{
    if (is_draft(version))
        return std::string{version >> 8 == 0xfb ? "TLS 1.3 (Facebook draft " : "TLS 1.3 (draft "} +
               std::to_string(version & 0xff) + ")";
    return or_number(find(versions, version), version);
}

std::string_view known_cipher_suite(CipherSuite suite)
{
    const std::string_view registered = find(cipher_suites, suite);
    return registered.empty() ? find(unregistered_cipher_suites, suite) : registered;
}

std::string cipher_suite_name(CipherSuite suite)
{
    return or_number(known_cipher_suite(suite), suite);
}

std::string sslv2_kind_name(std::uint32_t kind)
{
    return or_number(find(sslv2_kinds, kind), kind, 6);
}

std::string group_name(Group group)
{
    return or_number(find(groups, group), group);
}

std::string signature_scheme_name(SignatureScheme scheme)
{
    return or_number(find(signature_schemes, scheme), scheme);
}

std::string certificate_compression_name(std::uint16_t algorithm)
{
    constexpr std::array<std::string_view, 4> names{"", "zlib", "brotli", "zstd"}; // RFC 8879, 7.3
    return algorithm > 0 && algorithm < names.size() ? std::string{names[algorithm]} : "algorithm " + hex(algorithm, 4);
}

std::vector<std::string_view> kinds_of_keys(std::span<const SignatureScheme> schemes)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kinds{
        {{"rsa_", "RSA"}, {"ecdsa_", "ECDSA"}, {"ed", "EdDSA"}, {"mldsa", "ML-DSA"}}}; // how their names begin
    std::vector<std::string_view> found;
    for (const auto &[begin, kind] : kinds)
        if (std::ranges::any_of(schemes, [prefix = begin](SignatureScheme scheme) {
                return find(signature_schemes, scheme).starts_with(prefix);
            }))
            found.push_back(kind);
    return found;
}

std::string alert_name(std::uint8_t description)
{
    const std::string_view name = find(alerts, description);
    return name.empty() ? "alert_" + std::to_string(description) : std::string{name};
}

std::string handshake_type_name(std::uint8_t type)
{
    const std::string_view name = find(handshake_types, type);
    return name.empty() ? "handshake type " + std::to_string(type) : std::string{name};
}

std::uint8_t alert_number(std::string_view name)
{
    const auto found = std::ranges::find(alerts, name, &Named::name);
    return found == alerts.end() ? std::uint8_t{255} : static_cast<std::uint8_t>(found->value);
}

} // namespace tlsdiag
