// Selects the parser for each message type, and classifies version and cipher suite numbers.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse_parts.hpp"

#include <utility>

namespace tlsdiag {

static Message empty_message(HandshakeType type, Bytes body);

Message parse_message(std::uint8_t type, Bytes body, const ParseContext &context)
{
    // A draft may have a form that is not known here, which is not the sender's fault.
    const auto whole = [&](auto parsed) -> Message {
        if (parsed)
            return std::move(*parsed);
        return OpaqueMessage{.type = type, .size = size_of(body), .malformed = !is_draft(context.version)};
    };
    const auto known_type = static_cast<HandshakeType>(type);
    switch (known_type) {
    case HandshakeType::client_hello:
        return whole(parse_client_hello(body, context));
    case HandshakeType::server_hello:
        return whole(parse_server_hello(body, context));
    case HandshakeType::hello_verify_request:
        return whole(parse_hello_verify_request(body, context));
    case HandshakeType::hello_retry_request:
        return whole(parse_hello_retry_request(body, context));
    case HandshakeType::encrypted_extensions:
        return whole(parse_encrypted_extensions(body, context));
    case HandshakeType::certificate:
        if (is_raw_public_key(body))
            break;
        return whole(parse_certificate(body, context));
    case HandshakeType::certificate_request:
        return whole(parse_certificate_request(body, context));
    case HandshakeType::certificate_status:
        return whole(parse_certificate_status(body, context));
    case HandshakeType::server_key_exchange:
        return whole(parse_server_key_exchange(body, context));
    case HandshakeType::certificate_verify:
        return whole(parse_certificate_verify(body, context));
    case HandshakeType::new_session_ticket:
        return whole(parse_new_session_ticket(body, context));
    case HandshakeType::client_key_exchange:
        return ClientKeyExchange{.size = size_of(body)};
    case HandshakeType::finished:
        return Finished{.size = size_of(body)};
    case HandshakeType::hello_request:
    case HandshakeType::server_hello_done:
    case HandshakeType::end_of_early_data:
        return empty_message(known_type, body);
    default:
        break;
    }
    return OpaqueMessage{.type = type, .size = size_of(body)};
}

static Message empty_message(HandshakeType type, Bytes body)
{
    if (body.empty())
        return EmptyMessage{.type = type};
    return OpaqueMessage{.type = static_cast<std::uint8_t>(type), .size = size_of(body), .malformed = true};
}

bool is_grease(std::uint16_t value)
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

bool is_signalling(CipherSuite suite)
{
    return suite == 0x00ff || suite == 0x5600;
}

bool is_dtls(Version version)
{
    return version == 0x0100 || (version >= 0xfefc && version <= 0xfeff && version != 0xfefe);
}

bool is_draft(Version version)
{
    return version >> 8 == 0x7f || version >> 8 == 0xfb;
}

bool is_tls13(Version version)
{
    return version == 0x0304 || version == 0xfefc || is_draft(version);
}

bool is_known_version(Version version)
{
    return version == 0x0002 || (version >= 0x0300 && version <= 0x0304) || is_dtls(version) || is_draft(version);
}

Version comparable_version(Version version)
{
    switch (version) {
    case 0x0100: // like 0xfeff, from before the RFC
    case 0xfeff:
        return 0x0302; // RFC 4347 is a delta to TLS 1.1
    case 0xfefd:
        return 0x0303;
    default:
        return is_tls13(version) ? Version{0x0304} : version;
    }
}

} // namespace tlsdiag
