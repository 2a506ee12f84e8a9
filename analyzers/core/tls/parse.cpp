// Selects the parser for each message type.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse.hpp"

#include "core/tls/parse_parts.hpp"

#include <utility>

namespace tlsdiag {

static bool has_known_form(HandshakeType type, Bytes body, Version version);
static Message unparsed_message(HandshakeType type, Bytes body);

Message parse_message(std::uint8_t type, Bytes body, const ParseContext &context)
{
    const auto known_type = static_cast<HandshakeType>(type);
    const auto whole = [&](auto parsed) -> Message {
        if (parsed)
            return std::move(*parsed);
        return OpaqueMessage{
            .type = type, .size = size_of(body), .malformed = has_known_form(known_type, body, context.version)};
    };
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
    case HandshakeType::compressed_certificate:
        return whole(parse_compressed_certificate(body));
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
    default:
        break;
    }
    return unparsed_message(known_type, body);
}

// A draft or an unknown version may have a form that is not known here, which is not the sender's fault.
static bool has_known_form(HandshakeType type, Bytes body, Version version)
{
    const bool hello = type == HandshakeType::client_hello || type == HandshakeType::server_hello;
    const Version announced = hello ? Reader{body}.u16() : version;
    return (announced == 0 || (is_known_version(announced) && !is_draft(announced))) && !is_draft(version);
}

static Message unparsed_message(HandshakeType type, Bytes body)
{
    OpaqueMessage opaque{.type = static_cast<std::uint8_t>(type), .size = size_of(body)};
    switch (type) {
    case HandshakeType::client_key_exchange:
        return ClientKeyExchange{.size = size_of(body)};
    case HandshakeType::finished:
        return Finished{.size = size_of(body)};
    case HandshakeType::hello_request:
    case HandshakeType::server_hello_done:
    case HandshakeType::end_of_early_data:
        if (body.empty())
            return EmptyMessage{.type = type};
        opaque.malformed = true;
        return opaque;
    default:
        return opaque;
    }
}

} // namespace tlsdiag
