// What the files of the certificate code share. No other file includes this.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/x509/certificate.hpp"
#include "core/x509/openssl.hpp"

namespace tlsdiag::openssl {

constexpr int max_key_bits = 8'192; // a longer key would take too much time

// Null if the certificate is not readable. OpenSSL 3.0 spends two thirds of its time on decoding the key, so x509_of()
// leaves the key out.
std::shared_ptr<X509> x509_of(const Certificate &certificate);
std::shared_ptr<X509> x509_with_key(const Certificate &certificate);

// Takes the next object off the DER bytes: the whole object, or only its contents.
Bytes next_object(Bytes &der, bool whole);

// Fills in all fields of Certificate from OpenSSL's object. The certificate's own signature is verified only if it is
// self-issued.
void read_fields(X509 &x509, Certificate &certificate);

// Whether the key verifies the certificate's signature; absent if that cannot be verified (algorithm, size, EC
// parameters).
std::optional<bool> signed_by(X509 &subject, EVP_PKEY &key);

// Whether the key ids allow that `issuer` issued `subject` (RFC 5280, 4.2.1.1).
bool key_ids_agree(const Certificate &issuer, const Certificate &subject);

bool can_verify_with(const EVP_PKEY &key);

std::string sha256_of(Bytes bytes); // lower-case hex

Time time_of(const ASN1_TIME *field, Time unreadable);

std::uint32_t hash_of(const X509_NAME *name);
std::string text_of(const X509_NAME *name);
std::string text_of(const ASN1_STRING *string);
std::string text_of(const ASN1_OBJECT *object); // OpenSSL's long name, otherwise the numbers

} // namespace tlsdiag::openssl
