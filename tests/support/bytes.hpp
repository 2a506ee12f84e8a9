// Builds TLS bytes for the tests: plain functions that assemble vectors, messages and records. `client_hello_body()` is
// the body of a message, `client_hello()` adds the 4-byte handshake header, and record() wraps bytes in a record.
// Numbers are given as they are on the wire.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tlsdiag::bytes {

inline Octets number(std::uint64_t value, std::size_t size)
{
    Octets out(size);
    for (std::size_t i = size; i-- > 0; value >>= 8)
        out[i] = static_cast<std::uint8_t>(value & 0xff);
    return out;
}

inline Octets u8(std::uint64_t value)
{
    return number(value, 1);
}
inline Octets u16(std::uint64_t value)
{
    return number(value, 2);
}
inline Octets u24(std::uint64_t value)
{
    return number(value, 3);
}
inline Octets u32(std::uint64_t value)
{
    return number(value, 4);
}

inline Octets text(std::string_view characters)
{
    return {characters.begin(), characters.end()};
}
inline Octets filled(std::size_t size, std::uint8_t value = 0)
{
    return Octets(size, value);
}

// "16 03 01" or "160301"
inline Octets from_hex(std::string_view digits)
{
    Octets out;
    std::string pair;
    for (const char digit : digits) {
        if (digit == ' ' || digit == '\n')
            continue;
        pair += digit;
        if (pair.size() == 2) {
            out.push_back(static_cast<std::uint8_t>(std::stoul(pair, nullptr, 16)));
            pair.clear();
        }
    }
    if (!pair.empty())
        throw std::invalid_argument("from_hex: an odd number of digits");
    return out;
}

// Concatenates.
template <class... Parts>
Octets cat(const Parts &...parts)
{
    Octets out;
    (out.insert(out.end(), parts.begin(), parts.end()), ...);
    return out;
}

inline Octets cat_all(const std::vector<Octets> &parts)
{
    Octets out;
    for (const Octets &part : parts)
        out.insert(out.end(), part.begin(), part.end());
    return out;
}

inline Octets u16_list(const std::vector<std::uint16_t> &values)
{
    Octets out;
    for (const std::uint16_t value : values)
        out = cat(out, u16(value));
    return out;
}

// Vectors preceded by their length (RFC 8446, 3.4). A length that does not fit wraps around, as it does in some stacks.
inline Octets vector8(const Octets &content)
{
    return cat(u8(content.size()), content);
}
inline Octets vector16(const Octets &content)
{
    return cat(u16(content.size()), content);
}
inline Octets vector24(const Octets &content)
{
    return cat(u24(content.size()), content);
}

// ---- Records and handshake headers ----

inline Octets record(std::uint8_t type, Version version, const Octets &body)
{
    return cat(u8(type), u16(version), vector16(body));
}

inline Octets handshake(std::uint8_t type, const Octets &body)
{
    return cat(u8(type), vector24(body));
}

// A complete DTLS message in one fragment (RFC 6347, 4.2.2).
inline Octets dtls_handshake(std::uint8_t type, std::uint16_t sequence, const Octets &body)
{
    return cat(u8(type), u24(body.size()), u16(sequence), u24(0), vector24(body));
}

inline Octets dtls_record(std::uint8_t type, Version version, std::uint16_t epoch, std::uint64_t sequence,
                          const Octets &body)
{
    return cat(u8(type), u16(version), u16(epoch), number(sequence, 6), vector16(body));
}

inline Octets alert(std::uint8_t level, std::uint8_t description)
{
    return {level, description};
}

// ---- Extensions ----

inline Octets extension(std::uint16_t type, const Octets &body = {})
{
    return cat(u16(type), vector16(body));
}
inline Octets extension(ExtensionType type, const Octets &body = {})
{
    return extension(static_cast<std::uint16_t>(type), body);
}

inline Octets sni_extension(std::string_view name)
{
    return extension(ExtensionType::server_name, vector16(cat(u8(0), vector16(text(name)))));
}

inline Octets alpn_extension(const std::vector<std::string> &protocols)
{
    Octets list;
    for (const std::string &protocol : protocols)
        list = cat(list, vector8(text(protocol)));
    return extension(ExtensionType::alpn, vector16(list));
}

// The extension of a ClientHello; a ServerHello has extension(ExtensionType::supported_versions, u16(0x0304)).
inline Octets supported_versions_extension(const std::vector<Version> &versions)
{
    return extension(ExtensionType::supported_versions, vector8(u16_list(versions)));
}

inline Octets supported_groups_extension(const std::vector<Group> &groups)
{
    return extension(ExtensionType::supported_groups, vector16(u16_list(groups)));
}

inline Octets signature_algorithms_extension(const std::vector<SignatureScheme> &schemes)
{
    return extension(ExtensionType::signature_algorithms, vector16(u16_list(schemes)));
}

// The extension of a ClientHello, with a key of 32 bytes for each group.
inline Octets key_share_extension(const std::vector<Group> &groups)
{
    Octets shares;
    for (const Group group : groups)
        shares = cat(shares, u16(group), vector16(filled(32, 0x42)));
    return extension(ExtensionType::key_share, vector16(shares));
}

// A list of DER names, each with its length, as in CertificateRequest and certificate_authorities.
inline Octets names(const std::vector<Octets> &each)
{
    Octets list;
    for (const Octets &name : each)
        list = cat(list, vector16(name));
    return list;
}

inline Octets certificate_authorities_extension(const std::vector<Octets> &each)
{
    return extension(ExtensionType::certificate_authorities, vector16(names(each)));
}

// ---- Messages ----

struct ClientHelloFields {
    Version version = 0x0303;
    Octets random = filled(32, 0x11);
    Octets session_id = {};
    std::optional<Octets> cookie = {}; // DTLS has one, which may be empty
    std::vector<CipherSuite> cipher_suites = {0xc02f, 0xc030, 0x009c};
    Octets compression_methods = {0};
    std::optional<std::vector<Octets>> extensions = std::vector<Octets>{}; // absent: not even the length field
};

inline Octets client_hello_body(const ClientHelloFields &hello = {})
{
    return cat(u16(hello.version), hello.random, vector8(hello.session_id),
               hello.cookie ? vector8(*hello.cookie) : Octets{}, vector16(u16_list(hello.cipher_suites)),
               vector8(hello.compression_methods), hello.extensions ? vector16(cat_all(*hello.extensions)) : Octets{});
}

inline Octets client_hello(const ClientHelloFields &hello = {})
{
    return handshake(1, client_hello_body(hello));
}

// An ordinary client: TLS 1.3 and 1.2, with SNI.
inline ClientHelloFields tls13_client(std::string_view name = "host.example")
{
    ClientHelloFields hello;
    hello.session_id = filled(32, 0x22);
    hello.cipher_suites = {0x1301, 0x1302, 0x1303, 0xc02f, 0xc030};
    hello.extensions = {{sni_extension(name), supported_versions_extension({0x0304, 0x0303}),
                         supported_groups_extension({0x001d, 0x0017}),
                         signature_algorithms_extension({0x0403, 0x0804, 0x0401}), key_share_extension({0x001d})}};
    return hello;
}

// A client with TLS 1.2 and below, with SNI.
inline ClientHelloFields tls12_client(std::string_view name = "host.example")
{
    ClientHelloFields hello;
    hello.extensions = {{sni_extension(name), supported_groups_extension({0x001d, 0x0017}),
                         signature_algorithms_extension({0x0403, 0x0804, 0x0401})}};
    return hello;
}

struct ServerHelloFields {
    Version version = 0x0303;
    Octets random = filled(32, 0x33);
    Octets session_id = filled(32, 0x22);
    CipherSuite cipher_suite = 0xc02f;
    std::uint8_t compression_method = 0;
    std::optional<std::vector<Octets>> extensions = std::vector<Octets>{};
};

inline Octets server_hello_body(const ServerHelloFields &hello = {})
{
    return cat(u16(hello.version), hello.random, vector8(hello.session_id), u16(hello.cipher_suite),
               u8(hello.compression_method), hello.extensions ? vector16(cat_all(*hello.extensions)) : Octets{});
}

inline Octets server_hello(const ServerHelloFields &hello = {})
{
    return handshake(2, server_hello_body(hello));
}

// The server chooses TLS 1.3 and x25519.
inline ServerHelloFields tls13_server()
{
    ServerHelloFields hello;
    hello.cipher_suite = 0x1301;
    hello.extensions = {{extension(ExtensionType::supported_versions, u16(0x0304)),
                         extension(ExtensionType::key_share, cat(u16(0x001d), vector16(filled(32, 0x44))))}};
    return hello;
}

// The ServerHello with the random of RFC 8446, 4.1.3: it requests a key share for this group.
inline ServerHelloFields hello_retry_request(Group group)
{
    ServerHelloFields hello;
    hello.random = from_hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
    hello.cipher_suite = 0x1301;
    hello.extensions = {
        {extension(ExtensionType::supported_versions, u16(0x0304)), extension(ExtensionType::key_share, u16(group))}};
    return hello;
}

inline Octets encrypted_extensions_body(const std::vector<Octets> &extensions = {})
{
    return vector16(cat_all(extensions));
}

inline Octets encrypted_extensions(const std::vector<Octets> &extensions = {})
{
    return handshake(8, encrypted_extensions_body(extensions));
}

// The form before TLS 1.3, of DER certificates with the leaf first.
inline Octets certificate_body(const std::vector<Octets> &chain)
{
    Octets list;
    for (const Octets &der : chain)
        list = cat(list, vector24(der));
    return vector24(list);
}

inline Octets certificate(const std::vector<Octets> &chain)
{
    return handshake(11, certificate_body(chain));
}

// `leaf_extensions` go to the first entry.
inline Octets certificate13_body(const std::vector<Octets> &chain, const std::vector<Octets> &leaf_extensions = {},
                                 const Octets &context = {})
{
    Octets list;
    for (std::size_t i = 0; i < chain.size(); ++i)
        list = cat(list, vector24(chain[i]), vector16(i == 0 ? cat_all(leaf_extensions) : Octets{}));
    return cat(vector8(context), vector24(list));
}

inline Octets certificate13(const std::vector<Octets> &chain, const std::vector<Octets> &leaf_extensions = {},
                            const Octets &context = {})
{
    return handshake(11, certificate13_body(chain, leaf_extensions, context));
}

struct CertificateRequestFields {
    Octets certificate_types = {1, 64};                                                    // rsa_sign, ecdsa_sign
    std::optional<std::vector<SignatureScheme>> signature_algorithms = {{0x0403, 0x0401}}; // absent before TLS 1.2
    std::vector<Octets> authorities = {};
};

inline Octets certificate_request_body(const CertificateRequestFields &request = {})
{
    return cat(vector8(request.certificate_types),
               request.signature_algorithms ? vector16(u16_list(*request.signature_algorithms)) : Octets{},
               vector16(names(request.authorities)));
}

inline Octets certificate_request(const CertificateRequestFields &request = {})
{
    return handshake(13, certificate_request_body(request));
}

inline Octets certificate_request13_body(const std::vector<Octets> &extensions, const Octets &context = {})
{
    return cat(vector8(context), vector16(cat_all(extensions)));
}

inline Octets certificate_request13(const std::vector<Octets> &extensions, const Octets &context = {})
{
    return handshake(13, certificate_request13_body(extensions, context));
}

inline Octets server_hello_done()
{
    return handshake(14, {});
}
inline Octets finished(std::size_t size = 12)
{
    return handshake(20, filled(size, 0x55));
}

// RFC 5246, 7.4.3: ECDHE with a named group, and a signature that no key made.
inline Octets server_key_exchange_body(Group group = 0x001d, SignatureScheme scheme = 0x0401)
{
    return cat(u8(3), u16(group), vector8(filled(32, 0x66)), u16(scheme), vector16(filled(64, 0x77)));
}

inline Octets server_key_exchange(Group group = 0x001d, SignatureScheme scheme = 0x0401)
{
    return handshake(12, server_key_exchange_body(group, scheme));
}

inline Octets client_key_exchange()
{
    return handshake(16, vector8(filled(32, 0x88)));
}

inline Octets certificate_verify(SignatureScheme scheme = 0x0804)
{
    return handshake(15, cat(u16(scheme), vector16(filled(64, 0x99))));
}

// A Name of one commonName of at most 100 characters, in DER (UTF8String).
inline Octets name(std::string_view common_name)
{
    const Octets value = cat(u8(0x0c), vector8(text(common_name)));
    const Octets attribute = cat(u8(0x30), vector8(cat(from_hex("0603550403"), value)));
    return cat(u8(0x30), vector8(cat(u8(0x31), vector8(attribute))));
}

} // namespace tlsdiag::bytes
