// The root CAs that the user trusts.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tlsdiag {

struct Certificate;

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
    bool named_by_user() const;      // a file or a directory, not the system's store
    std::string description() const; // "the system trust store (142 roots)", "no trust store"
    std::size_t size() const;

    // Whether the store has a certificate with this subject (DER of a Name), or exactly this certificate.
    bool has_subject(Bytes name) const;
    bool contains(const Certificate &certificate) const;
    // The DER of the certificates with this subject, at most max_namesakes; valid as long as the store.
    std::vector<Bytes> with_subject(Bytes name) const;
    static constexpr std::size_t max_namesakes = 8;

    bool named() const; // the user named a file or a directory; not the system's store

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tlsdiag
