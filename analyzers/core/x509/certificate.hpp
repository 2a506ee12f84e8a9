// An X.509 certificate as plain data.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/moment.hpp"
#include "core/base/reader.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct x509_st; // OpenSSL's X509

namespace tlsdiag {

struct KeylessReader;

struct KeyUsage {
    bool digital_signature = false, key_encipherment = false, key_agreement = false, cert_sign = false;
};

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
    bool has_constraints = false, constraints_critical = false; // basicConstraints
    std::optional<std::uint64_t> path_length;                   // pathLenConstraint of a CA
    bool has_name_constraints = false;
    std::optional<KeyUsage> key_usage;         // absent without this extension
    bool explicit_curve = false;               // the key contains its curve's parameters, not the curve's name
    bool is_proxy = false;                     // RFC 3820: an end entity issued it for itself
    std::vector<std::string> unknown_critical; // critical extensions that OpenSSL does not process; at most 4
    std::string malformed;                     // what does not decode or is not allowed: "its ... "; empty: nothing
    bool san_unreadable = false;               // it is there, and does not decode
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

// Whether it may sign certificates: basicConstraints and keyUsage. Certificates before version 3 cannot tell.
bool may_sign_certificates(const Certificate &certificate);

// How a chain ends, from its leaf upwards; order and unrelated certificates do not matter.
struct Path {
    std::vector<const Certificate *> certificates; // the leaf first, then each issuer that was sent
    const Certificate *top = nullptr;              // the last of them
    bool ends_in_root = false;                     // top is self-signed
};

} // namespace tlsdiag
