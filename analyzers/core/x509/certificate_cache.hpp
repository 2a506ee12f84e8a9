// Parses each distinct certificate of a capture once, and remembers what was asked about it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"
#include "core/x509/certificate.hpp"
#include "core/x509/certificate_names.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tlsdiag {

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

} // namespace tlsdiag
