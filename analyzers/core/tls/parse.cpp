// Selects the parser for each message type.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse.hpp"

#include "core/tls/parse_parts.hpp"

#include <utility>

namespace tlsdiag {

static Message empty_message(HandshakeType type, Bytes body);

Message parse_message(std::uint8_t type, Bytes body, const ParseContext &context)
{
    // A draft or an unknown version may have a form that is not known here, which is not the sender's fault.
    const bool hello = type == static_cast<std::uint8_t>(HandshakeType::client_hello) ||
                       type == static_cast<std::uint8_t>(HandshakeType::server_hello);
    const Version announced = hello ? Reader{body}.u16() : context.version;
    const bool known_form = announced == 0 || (is_known_version(announced) && !is_draft(announced));
    const auto whole = [&](auto parsed) -> Message {
        if (parsed)
            return std::move(*parsed);
        return OpaqueMessage{
            .type = type, .size = size_of(body), .malformed = known_form && !is_draft(context.version)};
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

} // namespace tlsdiag
