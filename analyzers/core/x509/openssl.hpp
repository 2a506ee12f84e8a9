// Owning pointers for OpenSSL's objects. Only the certificate code includes this.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

namespace tlsdiag::openssl {

template <auto release>
struct Release {
    template <typename T>
    void operator()(T *object) const
    {
        release(object);
    }
};

inline void release_memory(void *memory)
{
    OPENSSL_free(memory);
}

using X509Owner = std::unique_ptr<X509, Release<X509_free>>;
using LibraryOwner = std::unique_ptr<OSSL_LIB_CTX, Release<OSSL_LIB_CTX_free>>;
using ProviderOwner = std::unique_ptr<OSSL_PROVIDER, Release<OSSL_PROVIDER_unload>>;
using NameOwner = std::unique_ptr<X509_NAME, Release<X509_NAME_free>>;
using KeyOwner = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using BioOwner = std::unique_ptr<BIO, Release<BIO_free_all>>;
using ExtensionOwner = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using GeneralNamesOwner = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;
using AccessOwner = std::unique_ptr<AUTHORITY_INFO_ACCESS, Release<AUTHORITY_INFO_ACCESS_free>>;
using KeyUsageOwner = std::unique_ptr<EXTENDED_KEY_USAGE, Release<EXTENDED_KEY_USAGE_free>>;
using ConstraintsOwner = std::unique_ptr<BASIC_CONSTRAINTS, Release<BASIC_CONSTRAINTS_free>>;
using BitsOwner = std::unique_ptr<ASN1_BIT_STRING, Release<ASN1_BIT_STRING_free>>;
using NameConstraintsOwner = std::unique_ptr<NAME_CONSTRAINTS, Release<NAME_CONSTRAINTS_free>>;
using AuthorityKeyOwner = std::unique_ptr<AUTHORITY_KEYID, Release<AUTHORITY_KEYID_free>>;
using StringOwner = std::unique_ptr<ASN1_STRING, Release<ASN1_STRING_free>>;
using FeatureOwner = std::unique_ptr<TLS_FEATURE, Release<TLS_FEATURE_free>>;
using MemoryOwner = std::unique_ptr<unsigned char, Release<release_memory>>;
using DigestContextOwner = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using KeyContextOwner = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;

// Restores the thread's error queue, because the host process may use it.
class ErrorQueue {
public:
    ErrorQueue() { ERR_set_mark(); }
    ~ErrorQueue() { ERR_pop_to_mark(); }
    ErrorQueue(const ErrorQueue &) = delete;
    ErrorQueue &operator=(const ErrorQueue &) = delete;
};

inline Bytes bytes_of(const ASN1_STRING *string)
{
    if (!string || ASN1_STRING_length(string) <= 0)
        return {};
    return {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

inline Octets octets_of(Bytes bytes)
{
    return {bytes.begin(), bytes.end()};
}

inline std::string_view view_of(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

// Decodes one DER object that uses all of the bytes; otherwise null.
template <typename Owner, typename Decode>
Owner decode(Bytes der, Decode d2i)
{
    const unsigned char *cursor = der.data();
    Owner object{der.empty() ? nullptr : d2i(nullptr, &cursor, static_cast<long>(der.size()))};
    if (object && cursor != der.data() + der.size())
        object.reset();
    return object;
}

template <typename T, typename Encode>
Octets encode(const T *object, Encode i2d)
{
    unsigned char *raw = nullptr;
    const int size = i2d(object, &raw);
    const MemoryOwner owner{raw};
    return size > 0 ? Octets{raw, raw + size} : Octets{};
}

} // namespace tlsdiag::openssl
