// The roots that the user trusts: read once, looked up by name. Only the subject of each root is parsed. The system's
// roots are read when they are first needed: most captures never need them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/trust_store.hpp"

#include "core/base/text.hpp"
#include "core/x509/certificate_names.hpp"
#include "core/x509/x509.hpp"

#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace tlsdiag {

namespace fs = std::filesystem;
using openssl::ErrorQueue;
using openssl::next_object;
using openssl::view_of;

constexpr std::uintmax_t max_file_size = 64u << 20;
constexpr std::size_t max_files = 20'000; // per directory

// Where systems store their bundle, if OpenSSL's default is absent.
constexpr std::array bundles{
    "/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                  // older RHEL
    "/etc/ssl/ca-bundle.pem",                            // SUSE
    "/etc/ssl/cert.pem",                                 // Alpine, macOS, BSD
    "/usr/local/etc/ssl/cert.pem",                       // FreeBSD
};

struct TrustStore::Impl {
    std::unordered_set<std::string> roots;                                  // DER
    std::unordered_set<std::string> subjects;                               // DER of their names
    std::unordered_multimap<std::uint32_t, std::string> by_hash;            // the same names, to find other encodings
    std::unordered_multimap<std::string_view, std::string_view> by_subject; // a name, and DER of `roots`
    std::unordered_map<std::string, bool> asked; // names that were looked up, and the results
    std::string description = "no trust store";
    bool absent = false;
    bool named = false;
    bool system_is_unread = false;

    Impl &read();
    void expect_system();
    void load_system();
    std::string load_path(const std::string &where);
    void read_file(const fs::path &path);
    void read_directory(const fs::path &path);
    void read_system();
    void add(Bytes der);
    bool has_equal_subject(Bytes name) const;
};

TrustStore::TrustStore() : impl_{std::make_unique<Impl>()} {}
TrustStore::~TrustStore() = default;
TrustStore::TrustStore(TrustStore &&) noexcept = default;
TrustStore &TrustStore::operator=(TrustStore &&) noexcept = default;

static std::string refusal(const std::string &where, std::string_view problem)
{
    return "trust store '" + printable(where) + "': " + std::string{problem} +
           "; use a PEM file, a directory of PEM files, 'system' or 'none'";
}

TrustStore TrustStore::load(const std::string &where, std::string &error)
{
    const ErrorQueue queue;
    TrustStore store;
    error.clear();
    if (where == "system" || where.empty())
        store.impl_->expect_system();
    else if (where != "none") {
        error = store.impl_->load_path(where);
        store.impl_->named = error.empty();
    }
    return store;
}

static bool has_bytes(const char *file)
{
    std::error_code failure;
    return fs::file_size(file, failure) > 0 && !failure;
}

// Without a bundle, the store must be read to know whether it exists.
void TrustStore::Impl::expect_system()
{
    const char *named_file = std::getenv(X509_get_default_cert_file_env());
    system_is_unread = named_file ? has_bytes(named_file)
                                  : has_bytes(X509_get_default_cert_file()) || std::ranges::any_of(bundles, has_bytes);
    if (!system_is_unread)
        load_system();
}

TrustStore::Impl &TrustStore::Impl::read()
{
    if (std::exchange(system_is_unread, false))
        load_system();
    return *this;
}

void TrustStore::Impl::load_system()
{
    const ErrorQueue queue;
    read_system();
    absent = roots.empty();
    description = absent ? "no trust store (the system has none)"
                         : "the system trust store (" + plural(roots.size(), "root", "roots") + ")";
}

// Returns what is wrong with this path, or an empty text.
std::string TrustStore::Impl::load_path(const std::string &where)
{
    std::error_code failure;
    const fs::file_status status = fs::status(where, failure);
    if (!fs::exists(status))
        return refusal(where, fs::status_known(status) ? "no such file or directory" : "cannot be read");
    if (fs::is_directory(status)) {
        read_directory(where);
        if (roots.empty())
            return refusal(where,
                           "no readable *.pem, *.crt, *.cer or *.0 file in this directory contains a certificate");
    } else {
        read_file(where);
        if (roots.empty())
            return refusal(where, "the file contains no certificate or cannot be read");
    }
    named = true;
    description =
        "the trust store '" + printable(where) + "' (" + plural(roots.size(), "certificate", "certificates") + ")";
    return {};
}

// SSL_CERT_FILE and SSL_CERT_DIR have the same effect as in OpenSSL. A system's bundle contains the same certificates
// as its directory, so the directory is read only if there is no bundle.
void TrustStore::Impl::read_system()
{
    const char *named_file = std::getenv(X509_get_default_cert_file_env());
    const char *named_directories = std::getenv(X509_get_default_cert_dir_env());
    if (named_file) {
        read_file(named_file);
    } else {
        read_file(X509_get_default_cert_file());
        for (const char *bundle : bundles)
            if (roots.empty())
                read_file(bundle);
    }
    if (!named_directories && !named_file && !roots.empty())
        return;
#ifdef _WIN32
    constexpr char separator = ';';
#else
    constexpr char separator = ':';
#endif
    std::string_view directories = named_directories ? named_directories : X509_get_default_cert_dir();
    while (!directories.empty()) {
        const std::string_view directory = directories.substr(0, directories.find(separator));
        read_directory(directory);
        directories.remove_prefix(std::min(directory.size() + 1, directories.size()));
    }
}

// "*.pem", "*.crt", "*.cer", and names made by c_rehash, such as "0123abcd.0".
static bool is_certificate_file(const fs::path &path)
{
    const std::string extension = path.extension().string();
    if (extension == ".pem" || extension == ".crt" || extension == ".cer")
        return true;
    return extension.size() > 1 && extension.find_first_not_of("0123456789", 1) == std::string::npos;
}

void TrustStore::Impl::read_directory(const fs::path &path)
{
    std::error_code failure;
    std::size_t files = 0;
    for (fs::directory_iterator entry{path, failure}; !failure && entry != fs::directory_iterator{};
         entry.increment(failure)) {
        if (++files > max_files)
            return;
        if (is_certificate_file(entry->path()))
            read_file(entry->path());
    }
}

static std::string contents(const fs::path &path)
{
    std::error_code failure;
    const std::uintmax_t size = fs::is_regular_file(path, failure) ? fs::file_size(path, failure) : 0;
    if (failure || size > max_file_size)
        return {};
    std::string text(size, '\0');
    std::ifstream file{path, std::ios::binary};
    file.read(text.data(), static_cast<std::streamsize>(size));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

static bool holds_certificate(std::string_view pem_name)
{
    return pem_name == PEM_STRING_X509 || pem_name == PEM_STRING_X509_OLD || pem_name == PEM_STRING_X509_TRUSTED;
}

void TrustStore::Impl::read_file(const fs::path &path)
{
    const std::string text = contents(path);
    if (text.starts_with('\x30')) { // DER
        add({reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
        return;
    }
    const openssl::BioOwner bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    for (int left = 0; bio && (left = BIO_pending(bio.get())) > 0;) {
        char *name = nullptr, *header = nullptr;
        unsigned char *data = nullptr;
        long size = 0;
        const bool read = PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1;
        const openssl::MemoryOwner name_owner{reinterpret_cast<unsigned char *>(name)};
        const openssl::MemoryOwner header_owner{reinterpret_cast<unsigned char *>(header)};
        const openssl::MemoryOwner data_owner{data};
        if (read && holds_certificate(name))
            add({data, static_cast<std::size_t>(size)});
        if (BIO_pending(bio.get()) == left)
            return;
    }
}

// RFC 5280, 4.1: Certificate { TBSCertificate { [0] version, serial, algorithm, issuer, validity, subject, ... }, ... }
static Bytes subject_of(Bytes der)
{
    Bytes certificate = next_object(der, false);
    Bytes fields = next_object(certificate, false);
    constexpr std::uint8_t version_tag = 0xa0;
    if (!fields.empty() && fields.front() == version_tag)
        next_object(fields, true);
    for (int field = 0; field < 4; ++field)
        next_object(fields, true);
    return next_object(fields, true);
}

void TrustStore::Impl::add(Bytes der)
{
    Bytes rest = der;
    const Bytes root = next_object(rest, true); // in a TRUSTED CERTIFICATE, OpenSSL's own data follows
    std::string bytes{view_of(root)};
    if (roots.contains(bytes)) // a directory contains each under several names
        return;
    const Bytes subject = subject_of(root);
    const auto name = openssl::decode<openssl::NameOwner>(subject, d2i_X509_NAME);
    if (!name)
        return;
    const std::string &kept = *roots.insert(std::move(bytes)).first;
    const auto [own_name, is_new] = subjects.emplace(view_of(subject));
    by_subject.emplace(*own_name, kept);
    if (is_new)
        by_hash.emplace(openssl::hash_of(name.get()), view_of(subject));
}

bool TrustStore::none() const
{
    return impl_->read().roots.empty();
}
bool TrustStore::absent() const
{
    return impl_->absent; // called at the start, before the system's store is read
}
bool TrustStore::named_by_user() const
{
    return impl_->named;
}

std::string TrustStore::description() const
{
    return impl_->read().description;
}
std::size_t TrustStore::size() const
{
    return impl_->read().roots.size();
}

bool TrustStore::has_subject(Bytes name) const
{
    if (none())
        return false;
    std::string key{view_of(name)};
    if (impl_->subjects.contains(key))
        return true;
    if (const auto known = impl_->asked.find(key); known != impl_->asked.end())
        return known->second;
    constexpr std::size_t remembered = 10'000;
    if (impl_->asked.size() >= remembered)
        impl_->asked.clear();
    return impl_->asked[std::move(key)] = impl_->has_equal_subject(name);
}

bool TrustStore::Impl::has_equal_subject(Bytes name) const
{
    const ErrorQueue queue;
    const auto parsed = openssl::decode<openssl::NameOwner>(name, d2i_X509_NAME);
    if (!parsed)
        return false;
    const auto [begin, end] = by_hash.equal_range(openssl::hash_of(parsed.get()));
    return std::any_of(begin, end, [&](const auto &entry) {
        const std::string &subject = entry.second;
        return match_name(name, {reinterpret_cast<const std::uint8_t *>(subject.data()), subject.size()}) !=
               NameMatch::none;
    });
}

bool TrustStore::named() const
{
    return impl_->named;
}

static Bytes bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

std::vector<Bytes> TrustStore::with_subject(Bytes name) const
{
    std::vector<Bytes> found;
    if (!has_subject(name))
        return found;
    const auto take = [&](std::string_view subject) {
        const auto [begin, end] = impl_->by_subject.equal_range(subject);
        for (auto one = begin; one != end && found.size() < max_namesakes; ++one)
            found.push_back(bytes_of(one->second));
    };
    take(view_of(name));
    if (!found.empty())
        return found;
    const ErrorQueue queue;
    const auto parsed = openssl::decode<openssl::NameOwner>(name, d2i_X509_NAME);
    const auto [begin, end] = impl_->by_hash.equal_range(parsed ? openssl::hash_of(parsed.get()) : 0);
    for (auto one = begin; one != end; ++one)
        if (match_name(name, bytes_of(one->second)) != NameMatch::none)
            take(one->second);
    return found;
}

bool TrustStore::contains(const Certificate &certificate) const
{
    return impl_->read().roots.contains(std::string{view_of(certificate.der)});
}

} // namespace tlsdiag
