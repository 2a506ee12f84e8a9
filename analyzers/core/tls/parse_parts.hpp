// The parsers of single messages, and the lists that they share; for parse.cpp only. Each parser returns nothing if the
// lengths in the bytes are inconsistent.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"
#include "core/tls/parse_context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tlsdiag {

std::optional<ClientHello> parse_client_hello(Bytes body, const ParseContext &context);
std::optional<ServerHello> parse_server_hello(Bytes body, const ParseContext &context);
std::optional<ServerHello> parse_hello_retry_request(Bytes body, const ParseContext &context);
std::optional<HelloVerifyRequest> parse_hello_verify_request(Bytes body, const ParseContext &context);
std::optional<EncryptedExtensions> parse_encrypted_extensions(Bytes body, const ParseContext &context);
std::optional<CertificateMessage> parse_certificate(Bytes body, const ParseContext &context);
// RFC 8879: the Certificate message if it can be decompressed, otherwise CompressedCertificate.
std::optional<Message> parse_compressed_certificate(Bytes body);
std::optional<CertificateRequest> parse_certificate_request(Bytes body, const ParseContext &context);
std::optional<CertificateStatus> parse_certificate_status(Bytes body, const ParseContext &context);
std::optional<ServerKeyExchange> parse_server_key_exchange(Bytes body, const ParseContext &context);
std::optional<CertificateVerify> parse_certificate_verify(Bytes body, const ParseContext &context);
std::optional<NewSessionTicket> parse_new_session_ticket(Bytes body, const ParseContext &context);

// Whether this TLS 1.2 Certificate is a SubjectPublicKeyInfo instead of a list (RFC 7250, 3).
bool is_raw_public_key(Bytes certificate_body);

inline Octets octets(Bytes bytes)
{
    return {bytes.begin(), bytes.end()};
}
inline std::string characters(Bytes bytes)
{
    return {bytes.begin(), bytes.end()};
}
inline std::uint32_t size_of(Bytes bytes)
{
    return static_cast<std::uint32_t>(bytes.size());
}

// A list of two-byte numbers without GREASE; *grease is set if the list contained some.
std::optional<std::vector<std::uint16_t>> read_numbers(Reader list, bool *grease = nullptr);

// The content of certificate_authorities, in CertificateRequest and as an extension (RFC 8446, 4.2.4).
std::optional<CaList> read_ca_list(Reader list);

// The content of application_layer_protocol_negotiation (RFC 7301, 3.1).
std::optional<std::vector<std::string>> read_protocols(Reader extension);

// CertificateStatus, the message and the extension of a certificate's entry (RFC 6066, 8; RFC 6961, 2.2).
std::optional<CertificateStatus> read_certificate_status(Reader status);

// Stores a list that was parsed. Returns false if there is none.
template <class Target, class Value>
bool store(Target &target, std::optional<Value> value)
{
    if (value)
        target = std::move(*value);
    return value.has_value();
}

// Calls each(type, content) for every extension of a block. Returns false if the block's lengths are inconsistent.
template <class Each>
bool for_each_extension(Reader block, Each each)
{
    while (!block.empty()) {
        const std::uint16_t type = block.u16();
        const Reader content = block.vector16();
        if (block.ok())
            each(type, content);
    }
    return block.ok();
}

} // namespace tlsdiag
