// Caches each distinct certificate, finds its issuer, and builds the path from the certificates in a message.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificates.hpp"

#include "core/base/text.hpp"
#include "core/x509/ocsp.hpp"
#include "core/x509/x509.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace tlsdiag {

using openssl::ErrorQueue;
using openssl::view_of;

// An X509 object uses several times the memory of its DER, so only the most recent ones are kept; older ones are parsed
// again if needed. Most are needed only once, right after they arrive.
constexpr std::size_t max_kept_parsed = 1'000;
constexpr std::size_t max_judged = 100'000;      // cached results of issued()
constexpr std::size_t max_staples = 10'000;      // cached results of staple()
constexpr std::size_t max_checks_of_a_path = 64; // signatures, however many certificates have the same name

// OpenSSL without algorithms: certificates that it parses keep their keys as bytes.
struct KeylessReader {
    openssl::LibraryOwner library{OSSL_LIB_CTX_new()};
    openssl::ProviderOwner nothing{OSSL_PROVIDER_load(library.get(), "null")};

    openssl::X509Owner parse(Bytes der) const
    {
        X509 *into = X509_new_ex(library.get(), nullptr);
        const unsigned char *cursor = der.data();
        openssl::X509Owner read{into && d2i_X509(&into, &cursor, static_cast<long>(der.size())) ? into : nullptr};
        if (read && cursor != der.data() + der.size())
            read.reset();
        return read;
    }
};

struct CertificateCache::Impl {
    KeylessReader keyless; // must outlive what it parsed
    std::deque<std::shared_ptr<X509>> recent;
    std::unordered_map<std::string_view, std::unique_ptr<Certificate>>
        by_der; // the keys are the certificates' own bytes
    std::size_t bytes = 0;
    Certificate unreadable;
    std::map<std::pair<const Certificate *, const Certificate *>, bool> judged; // issuer and subject
    std::map<std::pair<const Certificate *, std::string>, HostMatch> hosts;
    std::map<std::tuple<const Certificate *, const Certificate *, std::string>, OcspStaple>
        staples;            // leaf, issuer, hash
    std::size_t checks = 0; // signatures verified so far
};

CertificateCache::CertificateCache() : impl_{std::make_unique<Impl>()} {}
CertificateCache::~CertificateCache() = default;

static std::string sha256_of(Bytes bytes)
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

std::string key_text(const Certificate &certificate)
{
    const std::string bits = certificate.key_bits > 0 ? " " + std::to_string(certificate.key_bits) : "";
    return certificate.key_algorithm.empty() ? "unknown key" : printable(certificate.key_algorithm) + bits;
}

const std::string &fingerprint_of(const Certificate &certificate)
{
    if (certificate.fingerprint.empty())
        certificate.fingerprint = sha256_of(certificate.der);
    return certificate.fingerprint;
}

const Certificate *CertificateCache::parse(Bytes der)
{
    Impl &cache = *impl_;
    if (der.size() > max_certificate_size)
        return &cache.unreadable;
    if (const auto known = cache.by_der.find(view_of(der)); known != cache.by_der.end())
        return known->second.get();
    if (cache.by_der.size() >= max_cached || cache.bytes + der.size() > max_cached_bytes)
        return &cache.unreadable;

    const ErrorQueue queue;
    std::shared_ptr<X509> x509 = cache.keyless.parse(der);
    if (!x509)
        return &cache.unreadable;
    auto certificate = std::make_unique<Certificate>();
    certificate->readable = true;
    certificate->der = openssl::octets_of(der);
    openssl::read_fields(*x509, *certificate);
    certificate->reader = &cache.keyless;
    certificate->parsed = x509;
    cache.recent.push_back(std::move(x509));
    if (cache.recent.size() > max_kept_parsed)
        cache.recent.pop_front();
    const std::string_view key = view_of(certificate->der);
    const Certificate *kept = cache.by_der.emplace(key, std::move(certificate)).first->second.get();
    cache.bytes += der.size();
    return kept;
}

std::shared_ptr<X509> openssl::x509_of(const Certificate &certificate)
{
    if (auto parsed = certificate.parsed.lock())
        return parsed;
    return certificate.reader ? certificate.reader->parse(certificate.der) : nullptr;
}

std::shared_ptr<X509> openssl::x509_with_key(const Certificate &certificate)
{
    if (!certificate.with_key && certificate.readable)
        certificate.with_key = decode<X509Owner>(certificate.der, d2i_X509);
    return certificate.with_key;
}

static bool names_match(const Certificate &issuer, const Certificate &subject)
{
    return subject.issuer_hash == issuer.subject_hash && match_name(subject.issuer, issuer.subject) != NameMatch::none;
}

bool may_have_issued(const Certificate &issuer, const Certificate &subject)
{
    return issuer.readable && subject.readable && names_match(issuer, subject) &&
           openssl::key_ids_agree(issuer, subject);
}

static bool signature_fits(const Certificate &issuer, const Certificate &subject)
{
    const ErrorQueue queue;
    const std::shared_ptr<X509> above = openssl::x509_with_key(issuer);
    const std::shared_ptr<X509> below = openssl::x509_with_key(subject);
    if (!above || !below)
        return false;
    EVP_PKEY *key = X509_get0_pubkey(above.get());
    return !key || openssl::signed_by(*below, *key).value_or(true);
}

bool CertificateCache::issued(const Certificate &issuer, const Certificate &subject)
{
    if (!may_have_issued(issuer, subject))
        return false;
    if (&issuer == &subject)
        return subject.self_signed;
    if (!subject.authority_key_id.empty() && subject.authority_key_id == issuer.subject_key_id)
        return true; // name and key match; the peer must judge whether the signature is valid

    Impl &cache = *impl_;
    const std::pair pair{&issuer, &subject};
    if (const auto known = cache.judged.find(pair); known != cache.judged.end())
        return known->second;
    if (cache.judged.size() >= max_judged)
        cache.judged.clear();
    ++cache.checks;
    return cache.judged[pair] = signature_fits(issuer, subject);
}

HostMatch CertificateCache::host(const Certificate &leaf, const std::string &name)
{
    Impl &cache = *impl_;
    std::pair pair{&leaf, name};
    if (const auto known = cache.hosts.find(pair); known != cache.hosts.end())
        return known->second;
    if (cache.hosts.size() >= max_judged)
        cache.hosts.clear();
    return cache.hosts[std::move(pair)] = match_host(leaf, name);
}

OcspStaple CertificateCache::staple(Bytes response, const Certificate &leaf, const Certificate *issuer)
{
    if (response.size() > OcspStaple::max_size)
        return read_staple(response, leaf, issuer);
    Impl &cache = *impl_;
    std::tuple key{&leaf, issuer, sha256_of(response)};
    if (const auto known = cache.staples.find(key); known != cache.staples.end())
        return known->second;
    if (cache.staples.size() >= max_staples)
        cache.staples.clear();
    return cache.staples[std::move(key)] = read_staple(response, leaf, issuer);
}

Path CertificateCache::path(const std::vector<const Certificate *> &chain)
{
    Path path;
    if (chain.empty() || !chain.front()->readable)
        return path;
    std::vector<const Certificate *> rest{chain.begin() + 1, chain.end()};
    std::erase(rest, chain.front());
    // If a root is cross-signed and both forms were sent, prefers the one that ends the path.
    std::stable_partition(rest.begin(), rest.end(), [](const Certificate *one) { return one->self_signed; });

    const std::size_t first_check = impl_->checks;
    path.certificates.push_back(chain.front());
    while (!path.certificates.back()->self_signed && path.certificates.size() < max_chain_length) {
        const Certificate &subject = *path.certificates.back();
        const auto above = std::ranges::find_if(rest, [&](const Certificate *candidate) {
            return impl_->checks < first_check + max_checks_of_a_path && issued(*candidate, subject);
        });
        if (above == rest.end())
            break;
        path.certificates.push_back(*above);
        std::erase(rest, path.certificates.back()); // each once: no cycles
    }
    path.top = path.certificates.back();
    path.ends_in_root = path.top->self_signed;
    return path;
}

} // namespace tlsdiag
