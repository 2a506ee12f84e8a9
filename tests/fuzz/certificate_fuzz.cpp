// Fuzzes certificates: any bytes are parsed, put into a path and their names compared; their texts must be sane.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/messages.hpp"
#include "core/x509/certificate_cache.hpp"
#include "support/pki.hpp"

#include <cstdlib>

using namespace tlsdiag;

static void require(bool condition)
{
    if (!condition)
        std::abort();
}

static void check(const Certificate &certificate)
{
    for (const std::string *text : {&certificate.subject_text, &certificate.issuer_text, &certificate.common_name})
        for (const char letter : *text)
            require(static_cast<unsigned char>(letter) >= ' ');
    if (!certificate.readable)
        return;
    require(match_name(certificate.subject, certificate.subject) == NameMatch::exact);
    require(certificate.self_issued || !certificate.self_signed);
    match_host(certificate, "host.example");
    match_host(certificate, "192.0.2.1");
}

// Certificates with 16-bit lengths; the rest at the end is the last one.
static std::vector<Octets> as_written(Reader reader)
{
    std::vector<Octets> chain;
    while (!reader.empty() && chain.size() < max_chain_length) {
        const Reader whole = reader;
        const Bytes der = reader.vector16().rest();
        chain.push_back(openssl::octets_of(reader.ok() ? der : whole.rest()));
    }
    return chain;
}

// A sound chain with some bytes changed: each change is the certificate, the offset and the new byte.
static std::vector<Octets> as_changed(Reader reader)
{
    static const std::vector<Octets> sound = [] {
        const auto root = pki::make_ca("C=DE,O=Lab,CN=Lab Root", {.key = "ED25519-1"});
        const auto upper = pki::issue(root, "Lab Issuing CA", {.key = "ED25519-2", .ca = true});
        const auto leaf = pki::issue(upper, "host.example",
                                     {.sans = {"host.example", "IP:192.0.2.1"},
                                      .key = "ED25519-3",
                                      .eku = "serverAuth",
                                      .aia = "http://ca.example/",
                                      .ocsp = "http://ocsp.example/",
                                      .must_staple = true});
        return std::vector{leaf.der, upper.der, root.der};
    }();
    std::vector<Octets> chain = sound;
    while (reader.left() >= 4) {
        Octets &changed = chain[reader.u8() % chain.size()];
        const std::size_t offset = reader.u16() % changed.size();
        changed[offset] = reader.u8();
    }
    return chain;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Reader reader{{data, size}};
    const bool written = reader.u8() % 2 == 0;
    CertificateCache cache;
    std::vector<const Certificate *> chain;
    for (const Octets &der : written ? as_written(reader) : as_changed(reader)) {
        chain.push_back(cache.parse(der));
        check(*chain.back());
    }
    require(cache.path(chain).certificates.size() <= chain.size());
    name_text({data, size});
    match_name({data, size / 2}, {data + size / 2, size - size / 2});
    require(ERR_peek_error() == 0);
    return 0;
}
