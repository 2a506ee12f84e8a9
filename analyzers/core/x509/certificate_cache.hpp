// Parses each distinct certificate of a capture once, and remembers what was asked about it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"
#include "core/x509/certificate.hpp"
#include "core/x509/certificate_names.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tlsdiag {

struct OcspStaple;

// What a path is for, as far as it matters for the choice between several.
struct PathUse {
    std::optional<Time> time;   // when it is judged
    std::optional<bool> server; // the leaf's role: a server's or a client's
};

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

    // Whether the issuer's key verifies the subject's signature, whatever their names; absent if that cannot be
    // verified.
    std::optional<bool> signature(const Certificate &issuer, const Certificate &subject);

    // check_name_limits() with a cache.
    NameLimits name_limits(const Certificate &authority, const Certificate &certificate);

    // The path from the first certificate of a message upwards, built from the message's certificates. If they allow
    // several, the one with the fewest faults, as a peer would choose it.
    Path path(const std::vector<const Certificate *> &chain, const PathUse &use = {});

    static constexpr std::size_t max_cached = 50'000;
    static constexpr std::size_t max_cached_bytes = 256u << 20;
    static constexpr std::size_t max_certificate_size = 512 * 1024;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Whether names and key ids allow that `issuer` issued `subject`; no signature is verified.
bool may_have_issued(const Certificate &issuer, const Certificate &subject);
bool names_fit(const Certificate &issuer, const Certificate &subject); // only the names

// Expired, or not valid yet. Dates have whole seconds.
bool has_expired(const Certificate &certificate, Time when);
bool is_early(const Certificate &certificate, Time when);

// How many CAs stand between the leaf and the certificate at this place of a path; self-issued ones do not count (RFC
// 5280, 4.2.1.9).
std::uint64_t authorities_below(const std::vector<const Certificate *> &path, std::size_t place);

} // namespace tlsdiag
