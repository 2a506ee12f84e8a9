// X.509 through OpenSSL: the only room that knows it. Each distinct certificate is parsed once a capture.
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

// Nanoseconds since 1970. Times past its range (years 1678 to 2261) stand at its ends.
using Time = std::int64_t;
constexpr Time second = 1'000'000'000;

struct KeylessReader;

// One certificate, read once. Owned by its CertificateCache. What cannot be read leaves `readable` false and the rest
// empty.
struct Certificate {
    bool readable = false;
    Octets der;
    mutable std::string fingerprint;                 // once fingerprint_of() was asked for it
    Octets subject, issuer;                          // DER of the Name
    std::string subject_text, issuer_text;           // RFC 4514-like on one line, printable: "CN=host, O=Org"
    std::uint32_t subject_hash = 0, issuer_hash = 0; // equal for names that match
    Time not_before = 0, not_after = 0; // one that cannot be read stands at its end of the range: it denies nothing
    long version = 0;                   // 1 to 3
    bool self_issued = false;           // subject and issuer match (RFC 5280, 7.1)
    bool self_signed =
        false; // self-issued, key ids match where present, and its own key verifies the signature or cannot be tried
    bool is_ca = false; // basicConstraints CA (for version 1: self-signed)
    bool has_san = false;
    std::vector<std::string> dns_names; // of the SAN (else empty), printable
    std::string common_name;
    std::string key_algorithm; // "RSA", "EC", "Ed25519", ...
    int key_bits = 0;
    std::string signature_algorithm; // "sha256WithRSAEncryption"
    std::string signature_digest;    // "SHA1", "SHA256"; empty where the algorithm has its own (Ed25519) or is unknown
    std::optional<bool> server_auth,
        client_auth; // extendedKeyUsage permits it; absent where there is no such extension
    Octets subject_key_id, authority_key_id;
    std::vector<std::string> aia_ca_issuers; // URLs, printable; at most 4
    std::vector<std::string> ocsp_urls;      // at most 4
    bool must_staple = false;                // RFC 7633, status_request

    // For the certificate room only: without its key, as long as it is among those read last, and what reads it again;
    // and with its key, once that was asked for.
    std::weak_ptr<x509_st> parsed;
    const KeylessReader *reader = nullptr;
    mutable std::shared_ptr<x509_st> with_key;
};

const std::string &fingerprint_of(const Certificate &certificate); // SHA-256, lower-case hex

// Names compare by RFC 5280, 7.1 (case and white space folded, string types ignored).
enum class NameMatch { none, exact, differs_in_encoding };

// How a chain ends, seen from its leaf upwards; order and unrelated certificates do not matter.
struct Path {
    std::vector<const Certificate *>
        certificates;                 // the leaf first, then issuer after issuer, out of those that were sent
    const Certificate *top = nullptr; // the last of them
    bool ends_in_root = false;        // top is self-signed
};

// X509_check_host / X509_check_ip. `name` as sent in SNI. Falls back to the common name only where there is no DNS SAN,
// as clients of old do; `common_name_only` then says so.
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

    // The parsed certificate, from the cache where these bytes were seen before. Pointers live as long as the cache.
    // Past max_cached distinct ones or max_cached_bytes, and over max_certificate_size bytes, gives an unreadable one.
    const Certificate *parse(Bytes der);

    // `issuer` may have issued `subject`: names match, and the key ids do or, where there are none, the signature
    // verifies (bounded: keys over 8,192 bits of RSA and explicit EC parameters are not verified and only the names
    // count).
    bool issued(const Certificate &issuer, const Certificate &subject);

    // match_host(), remembered: the same server shows the same leaf for the same name again and again.
    HostMatch host(const Certificate &leaf, const std::string &name);

    // read_staple(), remembered: the same server staples the same response for days.
    OcspStaple staple(Bytes response, const Certificate &leaf, const Certificate *issuer);

    // The path that the certificates of a message make, from the first one on.
    Path path(const std::vector<const Certificate *> &chain);

    static constexpr std::size_t max_cached = 50'000;
    static constexpr std::size_t max_cached_bytes = 256u << 20;
    static constexpr std::size_t max_certificate_size = 512 * 1024;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Neither the names nor the key ids deny that `issuer` issued `subject`; no signature is verified.
bool may_have_issued(const Certificate &issuer, const Certificate &subject);

NameMatch match_name(Bytes one, Bytes other);                   // DER of two Names
NameMatch find_name(Bytes name, std::span<const Octets> names); // the best match in a list, such as a CaList's
std::string name_text(Bytes name); // DER of a Name -> one line, printable; "(unreadable name)" where it is not one

std::string organization_of(Bytes name); // DER of a Name -> its organizationName, printable; empty where there is none

// The roots that the user trusts.
class TrustStore {
public:
    TrustStore(); // "none"
    ~TrustStore();
    TrustStore(TrustStore &&) noexcept;
    TrustStore &operator=(TrustStore &&) noexcept;

    // `where`: "system", "none", a PEM file, or a directory of PEM files. On failure the store is "none" and `error`
    // has one line that says what is wrong and what to do. No system store is no failure: absent() says so.
    static TrustStore load(const std::string &where, std::string &error);

    bool none() const;               // nothing to judge by
    bool absent() const;             // "system" was asked for, and there is none; not read for this
    std::string description() const; // "the system's store (142 roots)", "no trust store"
    std::size_t size() const;

    // A trusted certificate whose subject is this Name (DER), or is this very certificate.
    bool has_subject(Bytes name) const;
    bool contains(const Certificate &certificate) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tlsdiag
