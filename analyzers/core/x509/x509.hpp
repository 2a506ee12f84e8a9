// What the files of the certificate room share. Nobody else includes this.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/x509/certificates.hpp"
#include "core/x509/openssl.hpp"

namespace tlsdiag::openssl {

constexpr int max_key_bits = 8'192; // a longer key costs more time than a capture may ask for

// Null where the certificate is not readable. OpenSSL 3.0 takes twice the time of all the rest to decode the key: so
// the first one has none.
std::shared_ptr<X509> x509_of(const Certificate &certificate);
std::shared_ptr<X509> x509_with_key(const Certificate &certificate);

// A cursor over DER: the next object, whole or its contents only.
Bytes next_object(Bytes &der, bool whole);

// Everything that Certificate says, out of what OpenSSL parsed. The certificate's own signature is verified only where
// it is self-issued.
void read_fields(X509 &x509, Certificate &certificate);

// The key verifies the certificate's signature; absent where that cannot be judged (algorithm, size, EC parameters).
std::optional<bool> signed_by(X509 &subject, EVP_PKEY &key);

// Neither names another key than the one at hand (RFC 5280, 4.2.1.1).
bool key_ids_agree(const Certificate &issuer, const Certificate &subject);

bool can_verify_with(const EVP_PKEY &key);

Time time_of(const ASN1_TIME *field, Time unreadable);

std::uint32_t hash_of(const X509_NAME *name);
std::string text_of(const X509_NAME *name);
std::string text_of(const ASN1_STRING *string);
std::string text_of(const ASN1_OBJECT *object); // OpenSSL's long name, else the numbers

} // namespace tlsdiag::openssl
