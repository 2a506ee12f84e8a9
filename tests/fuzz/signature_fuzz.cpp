// Fuzzes signatures with any scheme and each kind of key, and transcripts of any messages.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/transcript.hpp"
#include "core/x509/certificate_cache.hpp"
#include "core/x509/signatures.hpp"
#include "support/pki.hpp"

#include <cstdlib>

using namespace tlsdiag;

static void require(bool condition)
{
    if (!condition)
        std::abort();
}

static void signatures(Reader reader)
{
    static CertificateCache cache;
    static const std::vector<const Certificate *> signers = [] {
        std::vector<const Certificate *> all;
        for (const char *key : {"ED25519-1", "ED448", "P-256", "brainpoolP256r1", "RSA-1024", "RSA-PSS-1024"})
            all.push_back(cache.parse(pki::make_ca("Signer", {.key = key}).der));
        return all;
    }();
    const Certificate &signer = *signers[reader.u8() % signers.size()];
    const std::uint16_t scheme = reader.u16();
    const Bytes content = reader.vector8().rest();
    const Bytes signature = reader.rest();
    // Nothing can be signed here, because the private keys are discarded.
    require(verify_signature(signer, scheme, content, signature) != true);
    require(verify_signature(signer, std::nullopt, content, signature) != true);
    made_by_key(signer, signature);
    require(ERR_peek_error() == 0);
}

static void transcript(Reader reader)
{
    Transcript transcript;
    std::size_t said = 0;
    while (!reader.empty()) {
        const std::uint8_t action = reader.u8();
        const auto type = HandshakeType{reader.u8()};
        const Bytes body = reader.vector8().rest();
        const auto sequence = action & 0x10 ? std::optional<std::uint16_t>{action} : std::nullopt;
        said += body.size() + 64;
        if (action % 8 == 7)
            transcript.retried();
        else if (action == 0xf6)
            transcript.forget();
        else if (action & 1)
            transcript.client_sent(type, body, sequence);
        else
            transcript.server_sent(type, body, sequence);
        const CipherSuite suite = action & 2 ? 0x1302 : 0xc02f;
        require(transcript.before_client_verify(suite).size() <= said);
        require(transcript.before_server_verify(suite).size() <= said);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Reader reader{{data, size}};
    if (reader.u8() % 4 == 0)
        signatures(reader);
    else
        transcript(reader);
    for (const CipherSuite suite : {CipherSuite{0x1301}, CipherSuite{0x1302}, CipherSuite{0x002f}})
        require(transcript_hash(suite, reader.rest()).empty() == (suite == 0x002f));
    return 0;
}
