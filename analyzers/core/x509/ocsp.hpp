// A stapled OCSP response (RFC 6960), checked against the certificate that it should cover.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/x509/certificate.hpp"

namespace tlsdiag {

struct OcspStaple {
    enum class Form {
        response,  // all fields below are valid
        refusal,   // the responder's error is in `refused`
        malformed, // not an OCSPResponse, or it has no readable content
        too_long,  // not parsed
    };
    enum class Status { good, revoked, unknown };
    // Who signed it: the issuer, a responder authorized by the issuer, or somebody without authorization.
    enum class Signer { not_known, issuer, delegate, stranger };

    Form form = Form::malformed;
    std::string refused; // as OpenSSL spells it: "trylater", "internalerror", ...

    bool for_certificate =
        false; // it covers this certificate; otherwise the next fields are about the first one that it covers
    Status status = Status::unknown;
    Time this_update = 0, next_update = 0; // without a next_update: the end of the range
    std::optional<Time> revoked_at;
    std::string reason; // of the revocation: "keyCompromise"; may be empty

    Signer signer = Signer::not_known;
    std::optional<bool> signature_verifies; // absent if the signer's key is not known
    std::string responder;                  // its name, or its key's hash as "key 01 ab ..."

    static constexpr std::size_t max_size = 100'000;
};

// `issuer` is the leaf's issuer, or nullptr if it is not known: then a signature by the issuer cannot be verified.
OcspStaple read_staple(Bytes response, const Certificate &leaf, const Certificate *issuer);

} // namespace tlsdiag
