// Fuzzes stapled OCSP responses: any bytes, alone and as changes to a sound response.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/certificate_cache.hpp"
#include "core/x509/ocsp.hpp"
#include "support/pki_ocsp.hpp"

#include <cstdlib>

using namespace tlsdiag;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto root = pki::make_ca("Lab Root", {.key = "ED25519-1"});
    static const auto leaf = pki::issue(root, "host.example", {.key = "ED25519-2"});
    static const auto responder = pki::issue(root, "Responder", {.key = "ED25519-3", .eku = "OCSPSigning"});
    static const Octets sound =
        pki::staple(responder, root, leaf, {.status = V_OCSP_CERTSTATUS_REVOKED, .with_signer = true});

    CertificateCache cache;
    const Certificate &below = *cache.parse(leaf.der);
    read_staple({data, size}, below, cache.parse(root.der));

    Octets changed = sound;
    for (Reader reader{{data, size}}; reader.left() >= 3;) {
        const std::size_t offset = reader.u16() % changed.size();
        changed[offset] = reader.u8();
    }
    const OcspStaple staple = read_staple(changed, below, cache.parse(root.der));
    if (staple.signature_verifies == true && staple.signer == OcspStaple::Signer::delegate && changed != sound &&
        staple.status != OcspStaple::Status::revoked)
        std::abort(); // a changed response cannot keep its signature
    if (ERR_peek_error() != 0)
        std::abort();
    return 0;
}
