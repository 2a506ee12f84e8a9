// Converts one X.509 certificate to plain data.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/text.hpp"
#include "core/tls/messages.hpp"
#include "core/x509/certificate_cache.hpp"
#include "core/x509/certificate_names.hpp"
#include "core/x509/x509.hpp"

#include <openssl/core_names.h>
#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <limits>
#include <span>

namespace tlsdiag::openssl {

static void read_names(X509 &x509, Certificate &certificate);
static void read_validity(X509 &x509, Certificate &certificate);
static void read_key(X509 &x509, Certificate &certificate);
static void read_signature_algorithm(X509 &x509, Certificate &certificate);
static void read_alternative_names(X509 &x509, Certificate &certificate);
static void read_usage(X509 &x509, Certificate &certificate);
static void read_key_ids(X509 &x509, Certificate &certificate);
static void read_access(X509 &x509, Certificate &certificate);
static void read_tls_feature(X509 &x509, Certificate &certificate);
static void read_extension_list(X509 &x509, Certificate &certificate);
static void read_key_usage(X509 &x509, Certificate &certificate);
static void read_constraints(X509 &x509, Certificate &certificate);
static void read_role(Certificate &certificate);

void read_fields(X509 &x509, Certificate &certificate)
{
    certificate.version = X509_get_version(&x509) + 1;
    read_names(x509, certificate);
    read_validity(x509, certificate);
    read_key(x509, certificate);
    read_signature_algorithm(x509, certificate);
    read_alternative_names(x509, certificate);
    read_usage(x509, certificate);
    read_key_ids(x509, certificate);
    read_access(x509, certificate);
    read_tls_feature(x509, certificate);
    read_key_usage(x509, certificate);
    read_constraints(x509, certificate);
    read_extension_list(x509, certificate);
    read_role(certificate);
}

static std::string_view extension_name(int nid)
{
    switch (nid) {
    case NID_subject_alt_name:
        return "subjectAltName";
    case NID_ext_key_usage:
        return "extendedKeyUsage";
    case NID_subject_key_identifier:
        return "subjectKeyIdentifier";
    case NID_authority_key_identifier:
        return "authorityKeyIdentifier";
    case NID_info_access:
        return "authorityInfoAccess";
    case NID_key_usage:
        return "keyUsage";
    case NID_name_constraints:
        return "nameConstraints";
    case NID_basic_constraints:
        return "basicConstraints";
    default:
        return "tlsfeature";
    }
}

// "1.3.6.1.4.1.11129.2.4.3 (CT Precertificate Poison)"
static std::string id_text(const ASN1_OBJECT *id)
{
    std::array<char, 80> numbers{};
    OBJ_obj2txt(numbers.data(), numbers.size(), id, 1);
    const std::string text = printable(std::string_view{numbers.data()});
    return OBJ_obj2nid(id) == NID_undef ? text : text + " (" + text_of(id) + ")";
}

static void note_malformed(Certificate &certificate, const std::string &what)
{
    if (certificate.malformed.empty())
        certificate.malformed = what;
}

// Decodes the extension; null if it is absent, occurs twice or is malformed.
template <typename Owner>
static Owner extension(const X509 &x509, int nid, Certificate &certificate)
{
    int critical = -1; // -1: absent, -2: occurs twice
    Owner decoded{static_cast<typename Owner::pointer>(X509_get_ext_d2i(&x509, nid, &critical, nullptr))};
    if (!decoded && critical >= 0)
        note_malformed(certificate, "its extension " + std::string{extension_name(nid)} + " does not decode");
    return decoded;
}

static void read_names(X509 &x509, Certificate &certificate)
{
    const X509_NAME *subject = X509_get_subject_name(&x509);
    const X509_NAME *issuer = X509_get_issuer_name(&x509);
    certificate.subject = encode(subject, i2d_X509_NAME);
    certificate.issuer = encode(issuer, i2d_X509_NAME);
    certificate.subject_hash = hash_of(subject);
    certificate.issuer_hash = hash_of(issuer);
    certificate.subject_text = text_of(subject);
    certificate.issuer_text = text_of(issuer);
    certificate.self_issued = X509_NAME_cmp(subject, issuer) == 0;

    // RFC 2818, 3.1: the most specific one, which DER writes last.
    int last = -1;
    for (int next = -1; (next = X509_NAME_get_index_by_NID(subject, NID_commonName, next)) >= 0;)
        last = next;
    if (last >= 0)
        certificate.common_name = text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
}

static void read_validity(X509 &x509, Certificate &certificate)
{
    certificate.not_before = time_of(X509_get0_notBefore(&x509), std::numeric_limits<Time>::min());
    certificate.not_after = time_of(X509_get0_notAfter(&x509), std::numeric_limits<Time>::max());
}

Time time_of(const ASN1_TIME *field, Time unreadable)
{
    std::tm parts{};
    if (!field || ASN1_TIME_to_tm(field, &parts) != 1)
        return unreadable;
    using namespace std::chrono;
    const sys_days day = year{parts.tm_year + 1900} / (parts.tm_mon + 1) / parts.tm_mday;
    const Time seconds = duration_cast<std::chrono::seconds>(day.time_since_epoch()).count() + parts.tm_hour * 3600 +
                         parts.tm_min * 60 + parts.tm_sec;
    constexpr Time limit = std::numeric_limits<Time>::max() / second;
    if (seconds > limit)
        return std::numeric_limits<Time>::max();
    return seconds < -limit ? std::numeric_limits<Time>::min() : seconds * second;
}

Bytes next_object(Bytes &der, bool whole)
{
    const unsigned char *cursor = der.data();
    long length = 0;
    int tag = 0, tag_class = 0;
    const int form = ASN1_get_object(&cursor, &length, &tag, &tag_class, static_cast<long>(der.size()));
    constexpr int malformed = 0x80, indefinite = 0x01;
    if (der.empty() || (form & (malformed | indefinite)) != 0) {
        der = {};
        return {};
    }
    const auto header = static_cast<std::size_t>(cursor - der.data());
    const Bytes object = der.first(header + static_cast<std::size_t>(length));
    der = der.subspan(object.size());
    return whole ? object : object.subspan(header);
}

static std::string key_name(const EVP_PKEY *key)
{
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_ED25519:
        return "Ed25519";
    case EVP_PKEY_ED448:
        return "Ed448";
    default:
        const char *name = EVP_PKEY_get0_type_name(key);
        return name ? printable(std::string_view{name}) : std::string{};
    }
}

// RFC 8017, A.1.1: RSAPublicKey { modulus, publicExponent }. Returns 0 if it is not one.
static int modulus_bits(Bytes key)
{
    Bytes fields = next_object(key, false);
    Bytes modulus = next_object(fields, false);
    while (!modulus.empty() && modulus.front() == 0)
        modulus = modulus.subspan(1);
    if (modulus.empty() || modulus.size() > CertificateCache::max_certificate_size || fields.empty())
        return 0;
    return static_cast<int>(modulus.size() * 8) - std::countl_zero(modulus.front());
}

// RFC 5480, 2.1.1: the usual curves by their names. Returns 0 for any other curve.
static int curve_bits(const X509_ALGOR &algorithm)
{
    int kind = V_ASN1_UNDEF;
    const void *value = nullptr;
    X509_ALGOR_get0(nullptr, &kind, &value, &algorithm);
    if (kind != V_ASN1_OBJECT)
        return 0;
    switch (OBJ_obj2nid(static_cast<const ASN1_OBJECT *>(value))) {
    case NID_X9_62_prime256v1:
        return 256;
    case NID_secp384r1:
        return 384;
    case NID_secp521r1:
        return 521;
    default:
        return 0;
    }
}

// RFC 5480, 2.1.1: the parameters in full (specifiedCurve) are forbidden.
static bool has_explicit_curve(const X509_ALGOR &algorithm)
{
    int kind = V_ASN1_UNDEF;
    X509_ALGOR_get0(nullptr, &kind, nullptr, &algorithm);
    return kind == V_ASN1_SEQUENCE;
}

// Reads the size of the most common keys without decoding them.
static bool read_usual_key(X509 &x509, Certificate &certificate)
{
    ASN1_OBJECT *kind = nullptr;
    X509_ALGOR *algorithm = nullptr;
    const unsigned char *key = nullptr;
    int size = 0;
    if (X509_PUBKEY_get0_param(&kind, &key, &size, &algorithm, X509_get_X509_PUBKEY(&x509)) != 1)
        return false;
    const int nid = OBJ_obj2nid(kind);
    certificate.explicit_curve = nid == NID_X9_62_id_ecPublicKey && has_explicit_curve(*algorithm);
    if (nid == NID_rsaEncryption)
        certificate.key_bits = modulus_bits({key, static_cast<std::size_t>(size)});
    else if (nid == NID_X9_62_id_ecPublicKey)
        certificate.key_bits = curve_bits(*algorithm);
    certificate.key_algorithm = nid == NID_rsaEncryption ? "RSA" : "EC";
    return certificate.key_bits > 0;
}

static void read_key(X509 &x509, Certificate &certificate)
{
    if (read_usual_key(x509, certificate))
        return;
    const std::shared_ptr<X509> decoded = x509_with_key(certificate);
    if (const EVP_PKEY *key = decoded ? X509_get0_pubkey(decoded.get()) : nullptr) {
        certificate.key_algorithm = key_name(key);
        certificate.key_bits = EVP_PKEY_get_bits(key);
        return;
    }
    ASN1_OBJECT *algorithm = nullptr;
    if (X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(&x509)) == 1)
        certificate.key_algorithm = text_of(algorithm);
}

static void read_signature_algorithm(X509 &x509, Certificate &certificate)
{
    const X509_ALGOR *algorithm = nullptr;
    X509_get0_signature(nullptr, &algorithm, &x509);
    const ASN1_OBJECT *object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    certificate.signature_algorithm = text_of(object);

    int digest = NID_undef;
    if (OBJ_obj2nid(object) == NID_rsassaPss) // its parameters contain the digest
        X509_get_signature_info(&x509, &digest, nullptr, nullptr, nullptr);
    else
        OBJ_find_sigid_algs(OBJ_obj2nid(object), &digest, nullptr);
    if (digest != NID_undef)
        certificate.signature_digest = OBJ_nid2sn(digest);
}

// RFC 5280, 4.2.1.6: an address is four or sixteen bytes. Some tools write it as text.
static void check_address(Bytes address, Certificate &certificate)
{
    constexpr std::size_t ipv4 = 4, ipv6 = 16;
    if (address.size() != ipv4 && address.size() != ipv6)
        note_malformed(certificate, "an iPAddress in its subjectAltName has " + std::to_string(address.size()) +
                                        " bytes, not 4 or 16");
}

static void read_alternative_names(X509 &x509, Certificate &certificate)
{
    certificate.has_san = X509_get_ext_by_NID(&x509, NID_subject_alt_name, -1) >= 0;
    const auto names = extension<GeneralNamesOwner>(x509, NID_subject_alt_name, certificate);
    certificate.san_unreadable = certificate.has_san && !names;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS)
            certificate.dns_names.push_back(printable(bytes_of(name->d.dNSName)));
        else if (name->type == GEN_IPADD)
            check_address(bytes_of(name->d.iPAddress), certificate);
    }
}

static void read_usage(X509 &x509, Certificate &certificate)
{
    const auto usages = extension<KeyUsageOwner>(x509, NID_ext_key_usage, certificate);
    if (!usages)
        return;
    bool server = false, client = false;
    for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
        const int usage = OBJ_obj2nid(sk_ASN1_OBJECT_value(usages.get(), i));
        const bool any = usage == NID_anyExtendedKeyUsage;
        // The two "server gated" purposes were used for servers before serverAuth was common.
        server |= any || usage == NID_server_auth || usage == NID_ns_sgc || usage == NID_ms_sgc;
        client |= any || usage == NID_client_auth;
    }
    certificate.server_auth = server;
    certificate.client_auth = client;
}

static void read_key_ids(X509 &x509, Certificate &certificate)
{
    if (const auto own = extension<StringOwner>(x509, NID_subject_key_identifier, certificate))
        certificate.subject_key_id = octets_of(bytes_of(own.get()));
    const auto authority = extension<AuthorityKeyOwner>(x509, NID_authority_key_identifier, certificate);
    if (authority && authority->keyid)
        certificate.authority_key_id = octets_of(bytes_of(authority->keyid));
}

static void read_access(X509 &x509, Certificate &certificate)
{
    constexpr std::size_t max_urls = 4;
    const auto accesses = extension<AccessOwner>(x509, NID_info_access, certificate);
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(accesses.get()); ++i) {
        const ACCESS_DESCRIPTION *access = sk_ACCESS_DESCRIPTION_value(accesses.get(), i);
        if (access->location->type != GEN_URI)
            continue;
        const int method = OBJ_obj2nid(access->method);
        auto &urls = method == NID_ad_ca_issuers ? certificate.aia_ca_issuers : certificate.ocsp_urls;
        if ((method == NID_ad_ca_issuers || method == NID_ad_OCSP) && urls.size() < max_urls)
            urls.push_back(printable(bytes_of(access->location->d.uniformResourceIdentifier)));
    }
}

static void read_tls_feature(X509 &x509, Certificate &certificate)
{
    const auto features = extension<FeatureOwner>(x509, NID_tlsfeature, certificate);
    for (int i = 0; i < sk_ASN1_INTEGER_num(features.get()); ++i)
        if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), i)) ==
            static_cast<long>(ExtensionType::status_request))
            certificate.must_staple = true;
}

static void read_key_usage(X509 &x509, Certificate &certificate)
{
    const auto bits = extension<BitsOwner>(x509, NID_key_usage, certificate);
    if (!bits)
        return;
    const auto has = [&](int bit) { return ASN1_BIT_STRING_get_bit(bits.get(), bit) == 1; };
    constexpr int digital_signature = 0, key_encipherment = 2, key_agreement = 4, cert_sign = 5; // RFC 5280, 4.2.1.3
    certificate.key_usage = KeyUsage{.digital_signature = has(digital_signature),
                                     .key_encipherment = has(key_encipherment),
                                     .key_agreement = has(key_agreement),
                                     .cert_sign = has(cert_sign)};
}

static void read_constraints(X509 &x509, Certificate &certificate)
{
    certificate.has_name_constraints = X509_get_ext_by_NID(&x509, NID_name_constraints, -1) >= 0;
    if (certificate.has_name_constraints)
        extension<NameConstraintsOwner>(x509, NID_name_constraints, certificate);
    const int place = X509_get_ext_by_NID(&x509, NID_basic_constraints, -1);
    const auto constraints = extension<ConstraintsOwner>(x509, NID_basic_constraints, certificate);
    if (!constraints)
        return;
    certificate.has_constraints = true;
    certificate.constraints_critical = X509_EXTENSION_get_critical(X509_get_ext(&x509, place)) == 1;
    certificate.is_ca = constraints->ca != 0;
    if (!constraints->pathlen || !certificate.is_ca)
        return;
    std::uint64_t length = 0;
    if (ASN1_INTEGER_get_uint64(&length, constraints->pathlen) == 1)
        certificate.path_length = length;
    else
        note_malformed(certificate, "its pathLenConstraint is not a number from 0 up");
}

// What concerns extensions as such, and the serial number.
static void read_extension_list(X509 &x509, Certificate &certificate)
{
    constexpr std::size_t most_named = 4;
    const int count = X509_get_ext_count(&x509);
    std::vector<std::string_view> ids;
    ids.reserve(static_cast<std::size_t>(std::max(count, 0)));
    for (int i = 0; i < count; ++i) {
        X509_EXTENSION *one = X509_get_ext(&x509, i);
        const ASN1_OBJECT *id = X509_EXTENSION_get_object(one);
        ids.push_back(view_of({OBJ_get0_data(id), OBJ_length(id)}));
        certificate.is_proxy |= OBJ_obj2nid(id) == NID_proxyCertInfo;
        if (X509_EXTENSION_get_critical(one) == 1 && X509_supported_extension(one) == 0 &&
            certificate.unknown_critical.size() < most_named)
            certificate.unknown_critical.push_back(id_text(id));
    }
    std::ranges::sort(ids);
    if (std::ranges::adjacent_find(ids) != ids.end())
        note_malformed(certificate, "one of its extensions occurs twice");
    if (ASN1_STRING_type(X509_get0_serialNumber(&x509)) == V_ASN1_NEG_INTEGER)
        note_malformed(certificate, "its serial number is negative");
    // Globus wrote proxies like this before RFC 3820.
    certificate.is_proxy |= certificate.common_name == "proxy" || certificate.common_name == "limited proxy";
}

static void read_role(Certificate &certificate)
{
    if (certificate.self_issued && key_ids_agree(certificate, certificate)) {
        const std::shared_ptr<X509> decoded = x509_with_key(certificate);
        EVP_PKEY *key = decoded ? X509_get0_pubkey(decoded.get()) : nullptr;
        certificate.self_signed = !key || signed_by(*decoded, *key).value_or(true);
    }
    if (!certificate.has_constraints)
        certificate.is_ca = certificate.version == 1 && certificate.self_signed;
}

bool key_ids_agree(const Certificate &issuer, const Certificate &subject)
{
    return subject.authority_key_id.empty() || issuer.subject_key_id.empty() ||
           subject.authority_key_id == issuer.subject_key_id;
}

bool can_verify_with(const EVP_PKEY &key)
{
    int explicit_parameters = 0;
    EVP_PKEY_get_int_param(&key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit_parameters);
    // SM2 signatures depend on an identity that the peers agree on (RFC 8998, 3.2.1).
    return explicit_parameters == 0 && EVP_PKEY_get_bits(&key) <= max_key_bits && !EVP_PKEY_is_a(&key, "SM2");
}

// A key of another type than the signature's cannot have made it; OpenSSL reports this like an unknown algorithm.
static bool kinds_fit(const X509 &subject, const EVP_PKEY &key)
{
    int algorithm = NID_undef;
    OBJ_find_sigid_algs(X509_get_signature_nid(&subject), nullptr, &algorithm);
    const int needed = EVP_PKEY_type(algorithm);
    const int own = EVP_PKEY_get_base_id(&key);
    return needed == NID_undef || own == NID_undef || own == needed ||
           (own == EVP_PKEY_RSA && needed == EVP_PKEY_RSA_PSS);
}

std::optional<bool> signed_by(X509 &subject, EVP_PKEY &key)
{
    if (!kinds_fit(subject, key))
        return false;
    if (!can_verify_with(key))
        return std::nullopt;
    const int verified = X509_verify(&subject, &key);
    return verified < 0 ? std::nullopt : std::optional{verified == 1};
}

std::string sha256_of(Bytes bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        return {};
    std::string text;
    for (const unsigned char byte : std::span{digest.data(), size}) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

} // namespace tlsdiag::openssl

namespace tlsdiag {

std::string key_text(const Certificate &certificate)
{
    const std::string bits = certificate.key_bits > 0 ? " " + std::to_string(certificate.key_bits) : "";
    return certificate.key_algorithm.empty() ? "unknown key" : printable(certificate.key_algorithm) + bits;
}

bool may_sign_certificates(const Certificate &certificate)
{
    return certificate.version < 3 ||
           (certificate.is_ca && (!certificate.key_usage || certificate.key_usage->cert_sign));
}

const std::string &fingerprint_of(const Certificate &certificate)
{
    if (certificate.fingerprint.empty())
        certificate.fingerprint = openssl::sha256_of(certificate.der);
    return certificate.fingerprint;
}

} // namespace tlsdiag
