// A PKI for tests, made at run time: roots, issued certificates, names, signatures.
//     const auto root = pki::make_ca("Lab Root");
//     const auto leaf = pki::issue(root, "host.example", {.sans = {"host.example"}});
//     cache.parse(leaf.der);
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/x509/certificate.hpp"
#include "core/x509/openssl.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace tlsdiag::pki {

constexpr Time date(int year, unsigned month = 1, unsigned day = 1)
{
    using namespace std::chrono;
    const sys_days days = std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day};
    return duration_cast<nanoseconds>(days.time_since_epoch()).count();
}

struct Spec {
    std::vector<std::string> sans{}; // "host.example", "IP:192.0.2.1", "email:a@host.example"
    Time not_before = date(2020);
    Time not_after = date(2040);
    std::string key = "P-256";     // "P-384", "RSA-2048", "RSA-PSS-2048", "ED25519", "ED448"; "ED25519-7": the same in
                                   // every run; "EXPLICIT-P-256": with the curve's parameters in full
    std::string digest = "SHA256"; // the hash of the signature; Ed25519 and Ed448 have their own
    std::string eku{};             // "serverAuth", "serverAuth,clientAuth"
    std::string aia{};             // caIssuers: a URL
    std::string ocsp{};            // a URL
    std::string raw_not_before{}, raw_not_after{}; // instead of the times: "20401231235959.5Z", in ASN.1 form
    int version = 3;                               // 1: no extensions at all
    int string_type = MBSTRING_UTF8;               // type of the subject: V_ASN1_PRINTABLESTRING, V_ASN1_T61STRING, ...
    long serial = 0;                               // 0: the next one
    bool ca = false;
    bool key_ids = true;
    bool must_staple = false;
    // More extensions, as in OpenSSL's configuration: {"keyUsage", "critical,keyCertSign"}, {"1.2.3.4", "DER:0500"}.
    std::vector<std::pair<std::string, std::string>> more{};
};

// A certificate and its private key.
struct Identity {
    Octets der;
    std::shared_ptr<X509> certificate;
    std::shared_ptr<EVP_PKEY> key;

    Octets subject() const { return openssl::encode(X509_get_subject_name(certificate.get()), i2d_X509_NAME); }
    std::string pem() const;
};

inline void require(bool done, const char *what)
{
    if (!done)
        throw std::runtime_error{std::string{"pki: "} + what};
}

// "Lab Root" is the common name; "C=DE,O=Lab,CN=Lab Root" goes into the DER in this order.
inline openssl::NameOwner make_name(const std::string &text, int string_type = MBSTRING_UTF8)
{
    openssl::NameOwner name{X509_NAME_new()};
    const std::string whole = text.find('=') == std::string::npos && !text.empty() ? "CN=" + text : text;
    for (std::size_t begin = 0; begin < whole.size();) {
        const std::size_t end = std::min(whole.find(',', begin), whole.size());
        const std::string part = whole.substr(begin, end - begin);
        const std::size_t equals = part.find('=');
        const std::string value = part.substr(equals + 1);
        const auto *data = reinterpret_cast<const unsigned char *>(value.data());
        require(X509_NAME_add_entry_by_txt(name.get(), part.substr(0, equals).c_str(), string_type, data,
                                           static_cast<int>(value.size()), -1, 0) == 1,
                "name");
        begin = end + 1;
    }
    return name;
}

// The DER of a Name, as in a list of CA names.
inline Octets name_der(const std::string &text, int string_type = MBSTRING_UTF8)
{
    return openssl::encode(make_name(text, string_type).get(), i2d_X509_NAME);
}

inline std::shared_ptr<EVP_PKEY> make_key(const std::string &kind)
{
    EVP_PKEY *key = nullptr;
    if (kind.starts_with("RSA")) {
        const std::size_t hyphen = kind.rfind('-');
        const openssl::KeyContextOwner context{
            EVP_PKEY_CTX_new_from_name(nullptr, kind.substr(0, hyphen).c_str(), nullptr)};
        require(EVP_PKEY_keygen_init(context.get()) == 1, "key");
        require(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), std::stoi(kind.substr(hyphen + 1))) == 1, "key size");
        EVP_PKEY_generate(context.get(), &key);
    } else if (kind.starts_with("ED25519-")) {
        const Octets secret(32, static_cast<std::uint8_t>(std::stoi(kind.substr(8))));
        key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size());
    } else if (kind.starts_with("ED")) {
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, kind.c_str());
    } else if (kind.starts_with("EXPLICIT-")) {
        const openssl::KeyContextOwner context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
        require(EVP_PKEY_keygen_init(context.get()) == 1, "key");
        require(EVP_PKEY_CTX_set_group_name(context.get(), kind.substr(9).c_str()) == 1, "curve");
        require(EVP_PKEY_CTX_set_ec_param_enc(context.get(), OPENSSL_EC_EXPLICIT_CURVE) == 1, "parameters");
        EVP_PKEY_generate(context.get(), &key);
    } else {
        key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.c_str());
    }
    require(key, "key");
    return {key, EVP_PKEY_free};
}

inline void set_time(ASN1_TIME *field, Time time, const std::string &raw)
{
    if (raw.empty()) {
        require(ASN1_TIME_set(field, static_cast<time_t>(time / second)), "time");
        return;
    }
    constexpr std::size_t longest_utc_time = 17; // YYMMDDHHMMSS+hhmm
    const bool generalized = raw.size() > longest_utc_time || raw.starts_with("20") || raw.starts_with("19");
    require(ASN1_STRING_set(field, raw.data(), static_cast<int>(raw.size())) == 1, "raw time");
    field->type = generalized ? V_ASN1_GENERALIZEDTIME : V_ASN1_UTCTIME;
}

inline void add_extension(X509 *certificate, X509 *issuer, int nid, const std::string &value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const openssl::ExtensionOwner extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

inline void add_extensions(X509 *certificate, X509 *issuer, const Spec &spec)
{
    const auto joined = [](const std::vector<std::string> &names) {
        std::string text;
        for (const std::string &name : names)
            text += (text.empty() ? "" : ",") + (name.find(':') == std::string::npos ? "DNS:" + name : name);
        return text;
    };
    if (spec.ca)
        add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
    if (spec.key_ids) {
        add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
        if (issuer != certificate && X509_get_ext_by_NID(issuer, NID_subject_key_identifier, -1) >= 0)
            add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
    }
    if (!spec.sans.empty())
        add_extension(certificate, issuer, NID_subject_alt_name, joined(spec.sans));
    if (!spec.eku.empty())
        add_extension(certificate, issuer, NID_ext_key_usage, spec.eku);
    if (!spec.aia.empty() || !spec.ocsp.empty())
        add_extension(certificate, issuer, NID_info_access,
                      (spec.aia.empty() ? "" : "caIssuers;URI:" + spec.aia) +
                          (spec.aia.empty() || spec.ocsp.empty() ? "" : ",") +
                          (spec.ocsp.empty() ? "" : "OCSP;URI:" + spec.ocsp));
    if (spec.must_staple)
        add_extension(certificate, issuer, NID_tlsfeature, "status_request");
    for (const auto &[name, value] : spec.more) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
        const openssl::ExtensionOwner extension{X509V3_EXT_nconf(nullptr, &context, name.c_str(), value.c_str())};
        require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
    }
}

// Signed by `ca`; self-signed if there is none.
inline Identity make(const Identity *ca, const std::string &name, const Spec &spec)
{
    static long next_serial = 1;
    Identity made;
    made.key = make_key(spec.key);
    made.certificate = {X509_new(), X509_free};
    X509 *certificate = made.certificate.get();
    X509 *issuer = ca ? ca->certificate.get() : certificate;
    EVP_PKEY *signer = ca ? ca->key.get() : made.key.get();

    X509_set_version(certificate, spec.version - 1);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), spec.serial ? spec.serial : next_serial++);
    set_time(X509_getm_notBefore(certificate), spec.not_before, spec.raw_not_before);
    set_time(X509_getm_notAfter(certificate), spec.not_after, spec.raw_not_after);
    X509_set_subject_name(certificate, make_name(name, spec.string_type).get());
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    X509_set_pubkey(certificate, made.key.get());
    if (spec.version > 1)
        add_extensions(certificate, issuer, spec);

    const bool own_digest = EVP_PKEY_is_a(signer, "ED25519") || EVP_PKEY_is_a(signer, "ED448");
    const EVP_MD *digest = own_digest ? nullptr : EVP_get_digestbyname(spec.digest.c_str());
    require(X509_sign(certificate, signer, digest) > 0, "signature");
    made.der = openssl::encode(certificate, i2d_X509);
    return made;
}

// The same certificate with another signature, which no key verifies.
inline Identity damaged(Identity identity)
{
    identity.der.back() ^= 1;
    return identity;
}

inline Identity make_ca(const std::string &name, Spec spec = {})
{
    spec.ca = true;
    return make(nullptr, name, spec);
}

inline Identity self_signed(const std::string &name, const Spec &spec = {})
{
    return make(nullptr, name, spec);
}

// An intermediate is issue(root, "Lab Issuing CA", {.ca = true}).
inline Identity issue(const Identity &ca, const std::string &name, const Spec &spec = {})
{
    return make(&ca, name, spec);
}

inline std::string Identity::pem() const
{
    const openssl::BioOwner bio{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_X509(bio.get(), certificate.get()) == 1, "PEM");
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

} // namespace tlsdiag::pki
