// Parses Certificate (also compressed), CertificateRequest and CertificateStatus, in the form of TLS 1.3 and in the
// earlier form. SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse_parts.hpp"

#include <zlib.h>

namespace tlsdiag {

static bool speaks_tls13(const ParseContext &context)
{
    return context.tls13 || is_tls13(context.version);
}

static void keep(CertificateMessage &message, Bytes der)
{
    ++message.count;
    if (message.certificates.size() < max_chain_length)
        message.certificates.push_back(octets(der));
}

// RFC 5246, 7.4.2: ASN.1Cert certificate_list<0..2^24-1>
static std::optional<CertificateMessage> parse_certificate12(Bytes body)
{
    Reader in{body};
    CertificateMessage message;
    message.size = size_of(body);
    Reader list = in.vector24();
    while (!list.empty()) {
        const Bytes der = list.vector24().rest();
        if (list.ok())
            keep(message, der);
    }
    if (!list.ok() || !in.done())
        return std::nullopt;
    return message;
}

// RFC 8446, 4.4.2.1: the extension of a certificate's entry.
static std::optional<Octets> stapled_response(Reader extensions)
{
    std::optional<Octets> response;
    for_each_extension(extensions, [&response](std::uint16_t type, Reader content) {
        if (static_cast<ExtensionType>(type) != ExtensionType::status_request)
            return;
        if (auto status = read_certificate_status(content))
            response = std::move(status->response);
    });
    return response;
}

// RFC 8446, 4.4.2: a context, and extensions after each certificate.
static std::optional<CertificateMessage> parse_certificate13(Bytes body)
{
    Reader in{body};
    CertificateMessage message;
    message.size = size_of(body);
    message.tls13 = true;
    in.vector8(); // certificate_request_context
    Reader list = in.vector24();
    while (!list.empty()) {
        const Bytes der = list.vector24().rest();
        const Reader extensions = list.vector16();
        if (!list.ok())
            break;
        if (message.count == 0)
            message.ocsp_response = stapled_response(extensions);
        keep(message, der);
    }
    if (!list.ok() || !in.done())
        return std::nullopt;
    return message;
}

std::optional<CertificateMessage> parse_certificate(Bytes body, const ParseContext &context)
{
    if (speaks_tls13(context))
        return parse_certificate13(body);
    auto message = parse_certificate12(body);
    if (!message && context.version == 0)
        message = parse_certificate13(body);
    return message;
}

// The bytes, if they are exactly `size` of them when decompressed.
static std::optional<Octets> decompressed(Bytes zlib_stream, std::uint32_t size)
{
    Octets bytes(size);
    uLongf written = size;
    const int result = uncompress(bytes.data(), &written, zlib_stream.data(), static_cast<uLong>(zlib_stream.size()));
    return result == Z_OK && written == size ? std::optional{std::move(bytes)} : std::nullopt;
}

std::optional<Message> parse_compressed_certificate(Bytes body)
{
    Reader in{body};
    CompressedCertificate compressed;
    compressed.size = size_of(body);
    compressed.algorithm = in.u16();
    compressed.uncompressed_size = in.u24();
    const Bytes stream = in.vector24().rest();
    if (!in.done())
        return std::nullopt;
    const bool can_be_read = compressed.algorithm == zlib_compression && compressed.uncompressed_size > 0 &&
                             compressed.uncompressed_size <= max_uncompressed_certificates;
    if (!can_be_read)
        return compressed;
    const std::optional<Octets> certificate = decompressed(stream, compressed.uncompressed_size);
    if (!certificate)
        return std::nullopt;
    std::optional<CertificateMessage> message = parse_certificate13(*certificate);
    if (!message)
        return std::nullopt;
    message->compression = compressed.algorithm;
    return std::move(*message);
}

bool is_raw_public_key(Bytes certificate_body)
{
    Reader in{certificate_body};
    Reader der = in.vector24();
    const std::uint8_t tag = der.u8();
    std::size_t length = der.u8();
    if (length == 0x81)
        length = der.u8();
    else if (length == 0x82)
        length = der.u16();
    return in.done() && der.ok() && tag == 0x30 && length > 0 && length == der.left();
}

// RFC 5246, 7.4.4; without the signature algorithms in RFC 4346, 7.4.4.
static std::optional<CertificateRequest> parse_request12(Bytes body, bool with_algorithms)
{
    Reader in{body};
    CertificateRequest request;
    request.size = size_of(body);
    request.certificate_types = octets(in.vector8().rest());
    if (with_algorithms && !store(request.signature_algorithms, read_numbers(in.vector16())))
        return std::nullopt;
    if (!store(request.authorities, read_ca_list(in.vector16())) || !in.done())
        return std::nullopt;
    return request;
}

// RFC 8446, 4.3.2.
static std::optional<CertificateRequest> parse_request13(Bytes body)
{
    Reader in{body};
    CertificateRequest request;
    request.size = size_of(body);
    request.tls13 = true;
    bool lists_fit = true;
    in.vector8(); // certificate_request_context
    const Reader extensions = in.vector16();
    const bool well_formed = for_each_extension(extensions, [&](std::uint16_t type, Reader content) {
        if (static_cast<ExtensionType>(type) == ExtensionType::signature_algorithms)
            lists_fit = store(request.signature_algorithms, read_numbers(content.vector16())) && lists_fit;
        else if (static_cast<ExtensionType>(type) == ExtensionType::certificate_authorities)
            lists_fit = store(request.authorities, read_ca_list(content.vector16())) && lists_fit;
    });
    if (!well_formed || !lists_fit || !in.done())
        return std::nullopt;
    return request;
}

std::optional<CertificateRequest> parse_certificate_request(Bytes body, const ParseContext &context)
{
    if (speaks_tls13(context))
        return parse_request13(body);
    if (context.version != 0)
        return parse_request12(body, comparable_version(context.version) >= 0x0303);
    if (auto request = parse_request12(body, true))
        return request;
    // In a TLS 1.3 handshake the context is empty; before it the first vector (certificate types) is never empty.
    const bool no_types = !body.empty() && body.front() == 0;
    return no_types ? parse_request13(body) : parse_request12(body, false);
}

std::optional<CertificateStatus> parse_certificate_status(Bytes body, const ParseContext &)
{
    return read_certificate_status(Reader{body});
}

} // namespace tlsdiag
