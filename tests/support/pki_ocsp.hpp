// OCSP responses for tests. pki::staple(root, root, leaf) makes a good one.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "support/pki.hpp"

#include <openssl/ocsp.h>

namespace tlsdiag::pki {

struct StapleSpec {
    int status = V_OCSP_CERTSTATUS_GOOD;
    Time this_update = date(2024);
    Time next_update = date(2024, 1, 8); // 0: none
    Time revoked_at = date(2023);
    int reason = OCSP_REVOKED_STATUS_KEYCOMPROMISE;
    bool with_signer = false;    // the signer's certificate is included
    bool by_key = false;         // the responder is identified by its key
    std::string digest = "SHA1"; // hash of the certificate ID
};

inline openssl::StringOwner generalized(Time time)
{
    return openssl::StringOwner{time == 0 ? nullptr
                                          : ASN1_GENERALIZEDTIME_set(nullptr, static_cast<time_t>(time / second))};
}

// The response of `signer` about `subject`, a certificate issued by `issuer`.
inline Octets staple(const Identity &signer, const Identity &issuer, const Identity &subject,
                     const StapleSpec &spec = {})
{
    const std::shared_ptr<OCSP_BASICRESP> basic{OCSP_BASICRESP_new(), OCSP_BASICRESP_free};
    const std::shared_ptr<OCSP_CERTID> id{
        OCSP_cert_to_id(EVP_get_digestbyname(spec.digest.c_str()), subject.certificate.get(), issuer.certificate.get()),
        OCSP_CERTID_free};
    const bool revoked = spec.status == V_OCSP_CERTSTATUS_REVOKED;
    require(OCSP_basic_add1_status(basic.get(), id.get(), spec.status, spec.reason,
                                   generalized(revoked ? spec.revoked_at : 0).get(),
                                   generalized(spec.this_update).get(), generalized(spec.next_update).get()),
            "OCSP status");
    const unsigned long flags = (spec.with_signer ? 0u : OCSP_NOCERTS) | (spec.by_key ? OCSP_RESPID_KEY : 0u);
    const EVP_MD *digest = EVP_PKEY_is_a(signer.key.get(), "ED25519") ? nullptr : EVP_sha256();
    require(OCSP_basic_sign(basic.get(), signer.certificate.get(), signer.key.get(), digest, nullptr, flags) == 1,
            "OCSP signature");
    const std::shared_ptr<OCSP_RESPONSE> response{OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()),
                                                  OCSP_RESPONSE_free};
    return openssl::encode(response.get(), i2d_OCSP_RESPONSE);
}

inline Octets refused_staple(int status)
{
    const std::shared_ptr<OCSP_RESPONSE> response{OCSP_response_create(status, nullptr), OCSP_RESPONSE_free};
    return openssl::encode(response.get(), i2d_OCSP_RESPONSE);
}

} // namespace tlsdiag::pki
