// Caches each distinct certificate, finds its issuer, and builds the path from the certificates in a message.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificate_cache.hpp"

#include "core/tls/messages.hpp"
#include "core/x509/ocsp.hpp"
#include "core/x509/x509.hpp"

#include <algorithm>
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
    using Pair = std::pair<const Certificate *, const Certificate *>; // issuer and subject
    std::map<Pair, std::optional<bool>> judged;                       // the issuer's key made the signature
    std::map<Pair, NameLimits> limited;
    std::map<std::pair<const Certificate *, std::string>, HostMatch> hosts;
    std::map<std::tuple<const Certificate *, const Certificate *, std::string>, OcspStaple>
        staples;            // leaf, issuer, hash
    std::size_t checks = 0; // signatures verified so far
};

CertificateCache::CertificateCache() : impl_{std::make_unique<Impl>()} {}
CertificateCache::~CertificateCache() = default;

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

bool names_fit(const Certificate &issuer, const Certificate &subject)
{
    return subject.issuer_hash == issuer.subject_hash && match_name(subject.issuer, issuer.subject) != NameMatch::none;
}

bool may_have_issued(const Certificate &issuer, const Certificate &subject)
{
    return issuer.readable && subject.readable && names_fit(issuer, subject) && openssl::key_ids_agree(issuer, subject);
}

static std::optional<bool> verify(const Certificate &issuer, const Certificate &subject)
{
    const ErrorQueue queue;
    const std::shared_ptr<X509> above = openssl::x509_with_key(issuer);
    const std::shared_ptr<X509> below = openssl::x509_with_key(subject);
    if (!above || !below)
        return false;
    EVP_PKEY *key = X509_get0_pubkey(above.get());
    return key ? openssl::signed_by(*below, *key) : std::nullopt;
}

bool CertificateCache::issued(const Certificate &issuer, const Certificate &subject)
{
    if (!may_have_issued(issuer, subject))
        return false;
    if (&issuer == &subject)
        return subject.self_signed;
    if (!subject.authority_key_id.empty() && subject.authority_key_id == issuer.subject_key_id)
        return true; // name and key match; the peer must judge whether the signature is valid

    return signature(issuer, subject).value_or(true);
}

std::optional<bool> CertificateCache::signature(const Certificate &issuer, const Certificate &subject)
{
    Impl &cache = *impl_;
    const std::pair pair{&issuer, &subject};
    if (const auto known = cache.judged.find(pair); known != cache.judged.end())
        return known->second;
    if (cache.judged.size() >= max_judged)
        cache.judged.clear();
    ++cache.checks;
    return cache.judged[pair] = verify(issuer, subject);
}

NameLimits CertificateCache::name_limits(const Certificate &authority, const Certificate &certificate)
{
    if (!authority.has_name_constraints)
        return {};
    Impl &cache = *impl_;
    const std::pair pair{&authority, &certificate};
    if (const auto known = cache.limited.find(pair); known != cache.limited.end())
        return known->second;
    if (cache.limited.size() >= max_judged)
        cache.limited.clear();
    return cache.limited[pair] = check_name_limits(authority, certificate);
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
    std::tuple key{&leaf, issuer, openssl::sha256_of(response)};
    if (const auto known = cache.staples.find(key); known != cache.staples.end())
        return known->second;
    if (cache.staples.size() >= max_staples)
        cache.staples.clear();
    return cache.staples[std::move(key)] = read_staple(response, leaf, issuer);
}

static Time whole_second(Time time)
{
    return time - ((time % second) + second) % second;
}

bool has_expired(const Certificate &certificate, Time when)
{
    return certificate.not_after < whole_second(when);
}

bool is_early(const Certificate &certificate, Time when)
{
    return certificate.not_before > when;
}

std::uint64_t authorities_below(const std::vector<const Certificate *> &path, std::size_t place)
{
    std::uint64_t count = 0;
    for (std::size_t i = 1; i < std::min(place, path.size()); ++i)
        count += path[i]->self_issued ? 0 : 1;
    return count;
}

// Finds the best path among the certificates that were sent. How many it looks at is bounded, however many have the
// same name and key.
class PathSearch {
public:
    PathSearch(CertificateCache &cache, const std::size_t &checks, const std::vector<const Certificate *> &chain,
               const PathUse &use)
        : cache_{cache}, checks_{checks}, first_check_{checks}, rest_{chain.begin() + 1, chain.end()}, use_{use}
    {
        std::erase(rest_, chain.front());
        // If a root is cross-signed and both forms were sent, prefers the one that ends the path.
        std::stable_partition(rest_.begin(), rest_.end(), [](const Certificate *one) { return one->self_signed; });
        current_.push_back(chain.front());
        extend(0);
    }

    std::vector<const Certificate *> take() { return std::move(best_); }

private:
    static constexpr std::size_t max_steps = 200; // more than the longest chain
    static constexpr std::size_t max_limited = 8; // certificates whose names are compared with constraints

    void extend(int faults)
    {
        const Certificate &subject = *current_.back();
        bool longer = false;
        if (!subject.self_signed && current_.size() < max_chain_length)
            for (const Certificate *candidate : rest_) {
                if (!may_follow(*candidate, subject))
                    continue;
                longer = true;
                const int more = faults_of(*candidate);
                current_.push_back(candidate);
                extend(faults + more);
                current_.pop_back();
                if (steps_ >= max_steps || is_perfect())
                    break;
            }
        if (!longer)
            compare(faults);
    }

    bool may_follow(const Certificate &candidate, const Certificate &subject)
    {
        if (checks_ >= first_check_ + max_checks_of_a_path || steps_ >= max_steps)
            return false;
        if (std::ranges::find(current_, &candidate) != current_.end() || !cache_.issued(candidate, subject))
            return false; // each once: no cycles
        ++steps_;
        return true;
    }

    // What a peer would refuse in this issuer of the last certificate.
    int faults_of(const Certificate &issuer)
    {
        int faults = may_sign_certificates(issuer) && issuer.malformed.empty() ? 0 : 1;
        faults += issuer.path_length && *issuer.path_length < authorities_below(current_, current_.size()) ? 1 : 0;
        if (issuer.has_name_constraints && current_.size() <= max_limited)
            faults += std::ranges::any_of(current_,
                                          [&](const Certificate *below) {
                                              return cache_.name_limits(issuer, *below).verdict !=
                                                     NameLimits::Verdict::within;
                                          })
                          ? 1
                          : 0;
        return issuer.self_signed ? faults : faults + faults_of_intermediate(issuer);
    }

    int faults_of_intermediate(const Certificate &issuer) const
    {
        int faults = issuer.unknown_critical.empty() ? 0 : 1;
        if (use_.time)
            faults += has_expired(issuer, *use_.time) || is_early(issuer, *use_.time) ? 1 : 0;
        if (use_.server)
            faults += (*use_.server ? issuer.server_auth : issuer.client_auth).value_or(true) ? 0 : 1;
        return faults + (issuer.signature_digest == "SHA1" || issuer.signature_digest == "MD5" ? 1 : 0);
    }

    // Fewer faults first, then one that ends in a root, the shorter the better, then the order in which they were sent.
    void compare(int faults)
    {
        const bool open = !current_.back()->self_signed;
        const std::tuple rank{faults, open, open ? std::size_t{0} : current_.size()};
        if (best_.empty() || rank < best_rank_) {
            best_ = current_;
            best_rank_ = rank;
        }
    }

    bool is_perfect() const { return !best_.empty() && std::get<int>(best_rank_) == 0 && !std::get<bool>(best_rank_); }

    CertificateCache &cache_;
    const std::size_t &checks_; // signatures that the cache has verified so far
    std::size_t first_check_, steps_ = 0;
    std::vector<const Certificate *> rest_, current_, best_;
    std::tuple<int, bool, std::size_t> best_rank_;
    PathUse use_;
};

Path CertificateCache::path(const std::vector<const Certificate *> &chain, const PathUse &use)
{
    Path path;
    if (chain.empty() || !chain.front()->readable)
        return path;
    path.certificates = PathSearch{*this, impl_->checks, chain, use}.take();
    path.top = path.certificates.back();
    path.ends_in_root = path.top->self_signed;
    return path;
}

} // namespace tlsdiag
