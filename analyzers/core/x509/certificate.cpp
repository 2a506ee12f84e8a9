// Computes the fingerprint of a certificate.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificate.hpp"

#include "core/x509/x509.hpp"

#include <array>
#include <span>

namespace tlsdiag {

std::string openssl::sha256_of(Bytes bytes)
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

const std::string &fingerprint_of(const Certificate &certificate)
{
    if (certificate.fingerprint.empty())
        certificate.fingerprint = openssl::sha256_of(certificate.der);
    return certificate.fingerprint;
}

} // namespace tlsdiag
