// Reads OCSP responses with OpenSSL.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/ocsp.hpp"

#include "core/base/text.hpp"
#include "core/x509/x509.hpp"

#include <openssl/ocsp.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tlsdiag {

using openssl::bytes_of;
using ResponseOwner = std::unique_ptr<OCSP_RESPONSE, openssl::Release<OCSP_RESPONSE_free>>;
using BasicOwner = std::unique_ptr<OCSP_BASICRESP, openssl::Release<OCSP_BASICRESP_free>>;

static void release_references(STACK_OF(X509) * certificates)
{
    sk_X509_free(certificates);
}
using ReferencesOwner = std::unique_ptr<STACK_OF(X509), openssl::Release<release_references>>;

constexpr int max_entries = 1'000;   // certificates that one response covers
constexpr int max_certificates = 10; // certificates that are attached to it

static void read_entry(OCSP_BASICRESP &basic, X509 &leaf, X509 *issuer, OcspStaple &staple);
static void read_signature(OCSP_BASICRESP &basic, X509 &leaf, X509 *issuer, OcspStaple &staple);
static std::string responder_of(const OCSP_BASICRESP &basic);

OcspStaple read_staple(Bytes response, const Certificate &leaf, const Certificate *issuer)
{
    OcspStaple staple;
    if (response.size() > OcspStaple::max_size) {
        staple.form = OcspStaple::Form::too_long;
        return staple;
    }
    const openssl::ErrorQueue queue;
    const auto parsed = openssl::decode<ResponseOwner>(response, d2i_OCSP_RESPONSE);
    if (!parsed)
        return staple;
    if (const int status = OCSP_response_status(parsed.get()); status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
        staple.form = OcspStaple::Form::refusal;
        staple.refused = OCSP_response_status_str(status);
        return staple;
    }
    const BasicOwner basic{OCSP_response_get1_basic(parsed.get())};
    const std::shared_ptr<X509> below = openssl::x509_of(leaf);
    const std::shared_ptr<X509> above = issuer ? openssl::x509_with_key(*issuer) : nullptr;
    if (!basic || !below || OCSP_resp_count(basic.get()) < 1)
        return staple;
    staple.form = OcspStaple::Form::response;
    read_entry(*basic, *below, above.get(), staple);
    read_signature(*basic, *below, above.get(), staple);
    staple.responder = responder_of(*basic);
    return staple;
}

template <typename Digest>
static bool digest_is(const ASN1_OCTET_STRING *expected, Digest compute)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    const Bytes wanted = bytes_of(expected);
    return compute(digest.data(), &size) == 1 && std::ranges::equal(wanted, std::span{digest.data(), size});
}

// RFC 6960, 4.1.1: the serial number, and hashes of the issuer's name and key. The key is compared because the name may
// have been hashed in another encoding. Without the issuer, a serial number that is long enough to be unique
// (CA/Browser Forum Baseline Requirements, 7.1) is sufficient.
static bool speaks_of(const OCSP_SINGLERESP &entry, X509 &leaf, X509 *issuer)
{
    ASN1_OCTET_STRING *name_hash = nullptr, *key_hash = nullptr;
    ASN1_OBJECT *algorithm = nullptr;
    ASN1_INTEGER *serial = nullptr;
    auto *id = const_cast<OCSP_CERTID *>(OCSP_SINGLERESP_get0_id(&entry));
    if (OCSP_id_get0_info(&name_hash, &algorithm, &key_hash, &serial, id) != 1)
        return false;
    const EVP_MD *digest = EVP_get_digestbyobj(algorithm);
    if (!digest || ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(&leaf)) != 0)
        return false;
    const auto name_digest = [&](unsigned char *to, unsigned int *size) {
        return X509_NAME_digest(X509_get_issuer_name(&leaf), digest, to, size);
    };
    const auto key_digest = [&](unsigned char *to, unsigned int *size) {
        return X509_pubkey_digest(issuer, digest, to, size);
    };
    constexpr int unique_length = 8;
    return issuer ? digest_is(key_hash, key_digest)
                  : digest_is(name_hash, name_digest) || ASN1_STRING_length(serial) >= unique_length;
}

static OcspStaple::Status status_of(int number)
{
    switch (number) {
    case V_OCSP_CERTSTATUS_GOOD:
        return OcspStaple::Status::good;
    case V_OCSP_CERTSTATUS_REVOKED:
        return OcspStaple::Status::revoked;
    default:
        return OcspStaple::Status::unknown;
    }
}

static void read_entry(OCSP_BASICRESP &basic, X509 &leaf, X509 *issuer, OcspStaple &staple)
{
    OCSP_SINGLERESP *entry = OCSP_resp_get0(&basic, 0);
    const int count = std::min(OCSP_resp_count(&basic), max_entries);
    for (int i = 0; i < count && !staple.for_certificate; ++i) {
        OCSP_SINGLERESP *candidate = OCSP_resp_get0(&basic, i);
        staple.for_certificate = speaks_of(*candidate, leaf, issuer);
        if (staple.for_certificate)
            entry = candidate;
    }
    int reason = -1;
    ASN1_GENERALIZEDTIME *revoked = nullptr, *this_update = nullptr, *next_update = nullptr;
    staple.status = status_of(OCSP_single_get0_status(entry, &reason, &revoked, &this_update, &next_update));
    staple.this_update = openssl::time_of(this_update, std::numeric_limits<Time>::min());
    staple.next_update = openssl::time_of(next_update, std::numeric_limits<Time>::max());
    if (staple.status != OcspStaple::Status::revoked)
        return;
    staple.revoked_at = openssl::time_of(revoked, std::numeric_limits<Time>::min());
    if (reason >= 0)
        staple.reason = OCSP_crl_reason_str(reason);
}

// RFC 6960, 4.2.2.2: a certificate by the same issuer, for signing OCSP responses.
static bool is_delegate(X509 &signer, X509 &leaf, X509 *issuer)
{
    const openssl::KeyUsageOwner usages{
        static_cast<EXTENDED_KEY_USAGE *>(X509_get_ext_d2i(&signer, NID_ext_key_usage, nullptr, nullptr))};
    bool for_ocsp = false;
    for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i)
        for_ocsp |= OBJ_obj2nid(sk_ASN1_OBJECT_value(usages.get(), i)) == NID_OCSP_sign;
    if (!for_ocsp || X509_NAME_cmp(X509_get_issuer_name(&signer), X509_get_issuer_name(&leaf)) != 0)
        return false;
    EVP_PKEY *key = issuer ? X509_get0_pubkey(issuer) : nullptr;
    return !key || openssl::signed_by(signer, *key).value_or(true);
}

static bool same_key(X509 &signer, X509 *issuer)
{
    return issuer && EVP_PKEY_eq(X509_get0_pubkey(&signer), X509_get0_pubkey(issuer)) == 1;
}

static void read_signature(OCSP_BASICRESP &basic, X509 &leaf, X509 *issuer, OcspStaple &staple)
{
    const ReferencesOwner known{sk_X509_new_null()};
    if (!known || (issuer && sk_X509_push(known.get(), issuer) < 1) ||
        sk_X509_num(OCSP_resp_get0_certs(&basic)) > max_certificates)
        return;
    X509 *signer = nullptr;
    if (OCSP_resp_get0_signer(&basic, &signer, known.get()) != 1 || !signer)
        return;
    if (same_key(*signer, issuer))
        staple.signer = OcspStaple::Signer::issuer;
    else if (is_delegate(*signer, leaf, issuer))
        staple.signer = OcspStaple::Signer::delegate;
    else if (issuer)
        staple.signer = OcspStaple::Signer::stranger;

    const EVP_PKEY *key = X509_get0_pubkey(signer);
    if (key && openssl::can_verify_with(*key)) // only the signature: OpenSSL does not check trust and time here
        staple.signature_verifies = OCSP_basic_verify(&basic, known.get(), nullptr, OCSP_NOVERIFY) == 1;
}

static std::string responder_of(const OCSP_BASICRESP &basic)
{
    const ASN1_OCTET_STRING *key_hash = nullptr;
    const X509_NAME *name = nullptr;
    OCSP_resp_get0_id(&basic, &key_hash, &name);
    return name ? openssl::text_of(name) : "key " + hex_bytes(bytes_of(key_hash));
}

} // namespace tlsdiag
