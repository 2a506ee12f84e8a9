// Parses the server's choices: ServerHello, HelloRetryRequest, HelloVerifyRequest and EncryptedExtensions.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse_parts.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

static ServerHello read_before_extensions(Reader &in);
static bool read_extensions(Reader in, ServerHello &hello);
static bool read_extension(ExtensionType type, Reader in, ServerHello &hello);
static bool read_chosen_protocol(Reader in, std::optional<std::string> &alpn);

// RFC 8446, 4.1.3: the SHA-256 of "HelloRetryRequest".
constexpr std::array<std::uint8_t, 32> hello_retry_random{
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

// draft-ietf-tls-tls13-21, 4.1.3: no session id and no compression method. Draft 22 restored them, after the version
// number of TLS 1.2.
static bool is_short_form(Version version)
{
    return version >= 0x7f00 && version <= 0x7f15;
}

// RFC 8446, 4.1.3; RFC 5246, 7.4.1.3.
std::optional<ServerHello> parse_server_hello(Bytes body, const ParseContext &)
{
    Reader in{body};
    ServerHello hello = read_before_extensions(in);
    if (!in.ok())
        return std::nullopt;
    if (in.empty() || read_extensions(in, hello))
        return hello;
    // RFC 4346 has no extensions and does not define what follows. From RFC 5246 on it must be extensions.
    if (comparable_version(hello.legacy_version) >= 0x0303)
        return std::nullopt;
    in = Reader{body};
    return read_before_extensions(in);
}

static ServerHello read_before_extensions(Reader &in)
{
    ServerHello hello;
    hello.version = hello.legacy_version = in.u16();
    const bool short_form = is_short_form(hello.legacy_version);
    hello.random = octets(in.take(32));
    if (!short_form)
        hello.session_id = octets(in.vector8().rest());
    hello.cipher_suite = in.u16();
    if (!short_form)
        hello.compression_method = in.u8();
    hello.hello_retry_request = std::ranges::equal(hello.random, hello_retry_random);
    return hello;
}

// draft-ietf-tls-tls13-21, 4.1.4; the cipher suite came with draft 19.
std::optional<ServerHello> parse_hello_retry_request(Bytes body, const ParseContext &)
{
    Reader in{body};
    ServerHello hello;
    hello.hello_retry_request = true;
    hello.version = hello.legacy_version = in.u16();
    if (hello.version >= 0x7f13)
        hello.cipher_suite = in.u16();
    if (!read_extensions(in, hello))
        return std::nullopt;
    return hello;
}

// RFC 6347, 4.2.1.
std::optional<HelloVerifyRequest> parse_hello_verify_request(Bytes body, const ParseContext &)
{
    Reader in{body};
    in.u16(); // server_version: independent of the version that is chosen later
    HelloVerifyRequest request{.cookie = octets(in.vector8().rest())};
    if (!in.done())
        return std::nullopt;
    return request;
}

// RFC 8446, 4.3.1.
std::optional<EncryptedExtensions> parse_encrypted_extensions(Bytes body, const ParseContext &)
{
    Reader in{body};
    EncryptedExtensions message;
    const Reader block = in.vector16();
    const bool well_formed = for_each_extension(block, [&message](std::uint16_t type, Reader content) {
        message.extensions.push_back(type);
        switch (static_cast<ExtensionType>(type)) {
        case ExtensionType::alpn:
            if (!read_chosen_protocol(content, message.alpn))
                message.broken_extensions.push_back(type);
            break;
        case ExtensionType::early_data:
            message.early_data = true;
            break;
        case ExtensionType::server_name:
            message.sni = true;
            break;
        case ExtensionType::encrypted_client_hello:
            message.encrypted_client_hello = true;
            break;
        default:
            break;
        }
    });
    if (!well_formed || !in.done())
        return std::nullopt;
    return message;
}

static bool read_extensions(Reader in, ServerHello &hello)
{
    const Reader block = in.vector16();
    const bool well_formed = for_each_extension(block, [&hello](std::uint16_t type, Reader content) {
        hello.extensions.push_back(type);
        if (!read_extension(static_cast<ExtensionType>(type), content, hello))
            hello.broken_extensions.push_back(type);
    });
    return well_formed && in.done();
}

static bool read_extension(ExtensionType type, Reader in, ServerHello &hello)
{
    switch (type) {
    case ExtensionType::supported_versions: {
        const Version selected_version = in.u16();
        if (in.ok())
            hello.version = selected_version;
        return in.ok();
    }
    case ExtensionType::key_share:
    case ExtensionType::key_share_of_drafts: {
        const Group group = in.u16(); // RFC 8446, 4.2.8: comes first even if a key follows
        if (in.ok())
            hello.group = group;
        return in.ok();
    }
    case ExtensionType::alpn:
        return read_chosen_protocol(in, hello.alpn);
    case ExtensionType::status_request:
        return hello.status_request = true;
    case ExtensionType::session_ticket:
        return hello.session_ticket = true;
    case ExtensionType::pre_shared_key:
        return hello.pre_shared_key = true;
    case ExtensionType::extended_master_secret:
        return hello.extended_master_secret = true;
    case ExtensionType::renegotiation_info:
        return hello.renegotiation_info = true;
    case ExtensionType::server_name:
        return hello.sni = true;
    default:
        return true;
    }
}

// RFC 7301, 3.1: a list of exactly one name.
static bool read_chosen_protocol(Reader in, std::optional<std::string> &alpn)
{
    const auto protocols = read_protocols(in);
    if (!protocols || protocols->size() != 1)
        return false;
    alpn = protocols->front();
    return true;
}

} // namespace tlsdiag
