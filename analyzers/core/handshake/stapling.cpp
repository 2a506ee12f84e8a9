// Finds the stapled OCSP response of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/stapling.hpp"

#include "core/handshake/capture_history.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static const Certificate *issuer_of(const Conversation &c, const Chain &chain)
{
    const Certificate &leaf = *chain.leaf();
    if (chain.path.certificates.size() > 1)
        return chain.path.certificates[1];
    if (leaf.self_signed)
        return &leaf;
    if (const std::vector<SeenCertificate> *named = c.history->with_subject(leaf.issuer))
        for (const SeenCertificate &one : *named)
            if (c.history->certificates->issued(*one.certificate, leaf))
                return one.certificate;
    return nullptr;
}

std::optional<Stapled> stapled(const Conversation &c, Side side)
{
    const Certificate *leaf = readable_leaf(c, side);
    if (!leaf)
        return std::nullopt;
    const Seen<Chain> &chain = c.chain[side];
    const bool apart = side == Side::server && c.certificate_status; // before TLS 1.3
    if (!apart && !chain->ocsp_response)
        return std::nullopt;
    const Octets &response = apart ? c.certificate_status->response : *chain->ocsp_response;
    return Stapled{apart ? c.certificate_status.at : chain.at,
                   c.history->certificates->staple(response, *leaf, issuer_of(c, *chain))};
}

bool is_authentic(const OcspStaple &staple)
{
    return staple.form == OcspStaple::Form::response && staple.for_certificate &&
           staple.signature_verifies.value_or(true) && staple.signer != OcspStaple::Signer::stranger;
}

} // namespace tlsdiag
