// A stapled OCSP response (RFC 6960), read against the certificate that it should speak for.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/x509/certificates.hpp"

namespace tlsdiag {

struct OcspStaple {
    enum class Form {
        response,  // all below counts
        refusal,   // the responder's error: `refused`
        malformed, // no OCSPResponse, or nothing in it that can be read
        too_long,  // not read
    };
    enum class Status { good, revoked, unknown };
    // Who signed it: the issuer, a responder that the issuer's certificate for OCSP names, or one with no right to.
    enum class Signer { not_known, issuer, delegate, stranger };

    Form form = Form::malformed;
    std::string refused; // OpenSSL's word: "trylater", "internalerror", ...

    bool for_certificate =
        false; // it speaks of this certificate; else what follows is of the first one that it speaks of
    Status status = Status::unknown;
    Time this_update = 0, next_update = 0; // no next_update: the end of the range
    std::optional<Time> revoked_at;
    std::string reason; // of the revocation: "keyCompromise"; may be empty

    Signer signer = Signer::not_known;
    std::optional<bool> signature_verifies; // absent where the signer's key is not here
    std::string responder;                  // its name, or its key's hash as "key 01 ab ..."

    static constexpr std::size_t max_size = 100'000;
};

// `issuer`: the leaf's, where it is known; without it a signature by the issuer itself cannot be judged.
OcspStaple read_staple(Bytes response, const Certificate &leaf, const Certificate *issuer);

} // namespace tlsdiag
