// X.509 certificates and the trust store; only the certificate files use OpenSSL. Each distinct certificate is parsed
// once per capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct x509_st; // OpenSSL's X509

namespace tlsdiag {

// Nanoseconds since 1970. Times outside its range (years 1678 to 2261) are set to its ends.
using Time = std::int64_t;
constexpr Time second = 1'000'000'000;

struct KeylessReader;

// One parsed certificate, owned by its CertificateCache. If it cannot be parsed, `readable` is false and the other
// fields are empty.
struct Certificate {
    bool readable = false;
    Octets der;
    mutable std::string fingerprint;                 // set by the first fingerprint_of()
    Octets subject, issuer;                          // DER of the Name
    std::string subject_text, issuer_text;           // RFC 4514-like on one line, printable: "CN=host, O=Org"
    std::uint32_t subject_hash = 0, issuer_hash = 0; // equal for names that match
    Time not_before = 0, not_after = 0; // an unreadable time is set to its end of the range, so no check fails
    long version = 0;                   // 1 to 3
    bool self_issued = false;           // subject and issuer match (RFC 5280, 7.1)
    bool self_signed =
        false; // self-issued, key ids (if present) match, and its own key verifies the signature or cannot be tried
    bool is_ca = false; // basicConstraints CA (for version 1: self-signed)
    bool has_san = false;
    std::vector<std::string> dns_names; // from the SAN (empty without one), printable
    std::string common_name;
    std::string key_algorithm; // "RSA", "EC", "Ed25519", ...
    int key_bits = 0;
    std::string signature_algorithm; // "sha256WithRSAEncryption"
    std::string signature_digest;    // "SHA1", "SHA256"; empty if the algorithm implies it (Ed25519) or is unknown
    std::optional<bool> server_auth,
        client_auth; // extendedKeyUsage permits it; absent without this extension
    Octets subject_key_id, authority_key_id;
    std::vector<std::string> aia_ca_issuers; // URLs, printable; at most 4
    std::vector<std::string> ocsp_urls;      // at most 4
    bool must_staple = false;                // RFC 7633, status_request

    // Only for the certificate files: OpenSSL's object without its key, as long as it is among the most recently used
    // ones; the reader that parses it again; and the object with its key, once it was needed.
    std::weak_ptr<x509_st> parsed;
    const KeylessReader *reader = nullptr;
    mutable std::shared_ptr<x509_st> with_key;
};

const std::string &fingerprint_of(const Certificate &certificate); // SHA-256, lower-case hex
std::string key_text(const Certificate &certificate);              // "RSA 2048", "Ed25519 256"

// Names compare by RFC 5280, 7.1 (case and white space folded, string types ignored).
enum class NameMatch { none, exact, differs_in_encoding };

// How a chain ends, from its leaf upwards; order and unrelated certificates do not matter.
struct Path {
    std::vector<const Certificate *> certificates; // the leaf first, then each issuer that was sent
    const Certificate *top = nullptr;              // the last of them
    bool ends_in_root = false;                     // top is self-signed
};

// Matches with X509_check_host or X509_check_ip. `name` is the SNI as sent. Without a DNS SAN the common name counts,
// as in old clients; `common_name_only` is then set.
struct HostMatch {
    bool matches = false;
    bool common_name_only = false;
};
HostMatch match_host(const Certificate &leaf, std::string_view name);

struct OcspStaple;

class CertificateCache {
public:
    CertificateCache();
    ~CertificateCache();
    CertificateCache(const CertificateCache &) = delete;
    CertificateCache &operator=(const CertificateCache &) = delete;

    // The parsed certificate, from the cache if these bytes were seen before. Pointers are valid as long as the cache.
    // Beyond max_cached certificates, max_cached_bytes or max_certificate_size, the result is an unreadable one.
    const Certificate *parse(Bytes der);

    // Whether `issuer` may have issued `subject`: the names match, and so do the key ids or, without key ids, the
    // signature verifies. RSA keys over 8,192 bits and explicit EC parameters are not verified: then only the names
    // count.
    bool issued(const Certificate &issuer, const Certificate &subject);

    // match_host() with a cache: the same server repeatedly sends the same leaf for the same name.
    HostMatch host(const Certificate &leaf, const std::string &name);

    // read_staple() with a cache: a server staples the same response for days.
    OcspStaple staple(Bytes response, const Certificate &leaf, const Certificate *issuer);

    // The path from the first certificate of a message upwards, built from the message's certificates.
    Path path(const std::vector<const Certificate *> &chain);

    static constexpr std::size_t max_cached = 50'000;
    static constexpr std::size_t max_cached_bytes = 256u << 20;
    static constexpr std::size_t max_certificate_size = 512 * 1024;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Whether names and key ids allow that `issuer` issued `subject`; no signature is verified.
bool may_have_issued(const Certificate &issuer, const Certificate &subject);

NameMatch match_name(Bytes one, Bytes other);                   // DER of two Names
NameMatch find_name(Bytes name, std::span<const Octets> names); // the best match in a list, such as a CaList's
std::string name_text(Bytes name); // DER of a Name -> one printable line; "(unreadable name)" if it is not a Name

std::string organization_of(Bytes name); // DER of a Name -> its organizationName, printable; empty if it has none

// The roots that the user trusts.
class TrustStore {
public:
    TrustStore(); // "none"
    ~TrustStore();
    TrustStore(TrustStore &&) noexcept;
    TrustStore &operator=(TrustStore &&) noexcept;

    // `where`: "system", "none", a PEM file, or a directory of PEM files. On failure the store is "none", and `error`
    // is one line that tells what is wrong and how to fix it. A missing system store is not a failure; absent() reports
    // it.
    static TrustStore load(const std::string &where, std::string &error);

    bool none() const;               // the store has no roots
    bool absent() const;             // "system" was requested, and there is none; does not read the store
    std::string description() const; // "the system trust store (142 roots)", "no trust store"
    std::size_t size() const;

    // Whether the store has a certificate with this subject (DER of a Name), or exactly this certificate.
    bool has_subject(Bytes name) const;
    bool contains(const Certificate &certificate) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tlsdiag
