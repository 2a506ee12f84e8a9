// Parses a ClientHello of SSLv3 to TLS 1.3, and of DTLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse_parts.hpp"

#include <algorithm>

namespace tlsdiag {

static ClientHello read_before_extensions(Reader &in, const ParseContext &context);
static bool read_extensions(Reader in, ClientHello &hello);
static bool read_extension(ExtensionType type, Reader in, ClientHello &hello);

// RFC 8446, 4.1.2; RFC 6347, 4.2.1.
std::optional<ClientHello> parse_client_hello(Bytes body, const ParseContext &context)
{
    Reader in{body};
    ClientHello hello = read_before_extensions(in, context);
    if (!in.ok())
        return std::nullopt;
    hello.size = size_of(body);
    if (in.empty() || read_extensions(in, hello))
        return hello;
    // RFC 4346, 7.4.1.2: ignore what follows the compression methods. From RFC 5246 on it must be extensions.
    if (comparable_version(hello.legacy_version) >= 0x0303)
        return std::nullopt;
    in = Reader{body};
    hello = read_before_extensions(in, context);
    hello.size = size_of(body);
    return hello;
}

static ClientHello read_before_extensions(Reader &in, const ParseContext &context)
{
    ClientHello hello;
    hello.legacy_version = in.u16();
    hello.random = octets(in.take(32));
    hello.session_id = octets(in.vector8().rest());
    if (context.dtls || is_dtls(hello.legacy_version))
        hello.cookie = octets(in.vector8().rest());
    if (!store(hello.cipher_suites, read_numbers(in.vector16(), &hello.grease)))
        in.fail();
    hello.compression_methods = octets(in.vector8().rest());
    for (const CipherSuite suite : hello.cipher_suites) {
        hello.renegotiation_info = hello.renegotiation_info || suite == 0x00ff; // RFC 5746, 3.3
        hello.fallback_scsv = hello.fallback_scsv || suite == 0x5600;           // RFC 7507, 2
    }
    return hello;
}

static bool read_extensions(Reader in, ClientHello &hello)
{
    const Reader block = in.vector16();
    constexpr std::size_t usual = 24;
    hello.extensions.reserve(std::min(usual, block.left() / 4));
    const bool well_formed = for_each_extension(block, [&hello](std::uint16_t type, Reader content) {
        if (is_grease(type)) {
            hello.grease = true;
            return;
        }
        hello.extensions.push_back(type);
        if (!read_extension(static_cast<ExtensionType>(type), content, hello))
            hello.broken_extensions.push_back(type);
    });
    return well_formed && in.done();
}

// RFC 6066, 3. The length of names other than host_name is not known, so host_name must be the first one.
static bool read_sni(Reader in, ClientHello &hello)
{
    Reader list = in.vector16();
    const std::uint8_t type = list.u8();
    const Bytes name = list.vector16().rest();
    if (type != 0)
        return true;
    if (list.ok())
        hello.sni = characters(name);
    return list.ok();
}

// RFC 8446, 4.2.8: KeyShareEntry client_shares<0..2^16-1>
static bool read_key_shares(Reader in, ClientHello &hello)
{
    std::vector<Group> groups;
    Reader list = in.vector16();
    while (!list.empty()) {
        const Group group = list.u16();
        list.vector16();
        if (is_grease(group))
            hello.grease = true;
        else
            groups.push_back(group);
    }
    if (list.ok())
        hello.key_shares = std::move(groups);
    return list.ok();
}

// RFC 8446, 4.2.11: at least one identity. A ticket's age is obfuscated with a random number; for an identity that was
// agreed on otherwise it should be 0.
static bool read_pre_shared_key(Reader in, ClientHello &hello)
{
    hello.pre_shared_key = true;
    Reader identities = in.vector16();
    bool any = false;
    while (!identities.empty()) {
        any = !identities.vector16().empty() || any;
        const std::uint32_t obfuscated_ticket_age = identities.u32();
        hello.external_psk = hello.external_psk || (identities.ok() && obfuscated_ticket_age == 0);
    }
    return identities.ok() && any;
}

static bool read_renegotiation_info(Reader in, ClientHello &hello)
{
    const Reader renegotiated_connection = in.vector8();
    hello.renegotiation_info = true;
    hello.renegotiating = !renegotiated_connection.empty();
    return renegotiated_connection.ok();
}

static bool read_extension(ExtensionType type, Reader in, ClientHello &hello)
{
    switch (type) {
    case ExtensionType::server_name:
        return read_sni(in, hello);
    case ExtensionType::supported_groups:
        return store(hello.groups, read_numbers(in.vector16(), &hello.grease));
    case ExtensionType::signature_algorithms:
        return store(hello.signature_algorithms, read_numbers(in.vector16(), &hello.grease));
    case ExtensionType::signature_algorithms_cert:
        return store(hello.signature_algorithms_cert, read_numbers(in.vector16(), &hello.grease));
    case ExtensionType::supported_versions:
        return store(hello.supported_versions, read_numbers(in.vector8(), &hello.grease));
    case ExtensionType::alpn:
        return store(hello.alpn, read_protocols(in));
    case ExtensionType::certificate_authorities:
        return store(hello.certificate_authorities, read_ca_list(in.vector16()));
    case ExtensionType::key_share:
    case ExtensionType::key_share_of_drafts:
        return read_key_shares(in, hello);
    case ExtensionType::renegotiation_info:
        return read_renegotiation_info(in, hello);
    case ExtensionType::session_ticket:
        hello.session_ticket = true;
        hello.session_ticket_size = size_of(in.rest());
        return true;
    case ExtensionType::status_request:
        return hello.status_request = true;
    case ExtensionType::pre_shared_key:
        return read_pre_shared_key(in, hello);
    case ExtensionType::early_data:
        return hello.early_data = true;
    case ExtensionType::extended_master_secret:
        return hello.extended_master_secret = true;
    case ExtensionType::encrypted_client_hello:
        return hello.encrypted_client_hello = true;
    default:
        return true;
    }
}

} // namespace tlsdiag
