// Parses hellos in SSLv2 format (draft-hickman-netscape-ssl-00; RFC 5246, E.2).
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse.hpp"
#include "core/tls/parse_parts.hpp"

#include <algorithm>

namespace tlsdiag {

constexpr std::uint8_t sslv2_client_hello = 1, sslv2_server_hello = 4;

// RFC 5246, E.2: a challenge is right-justified in the 32 bytes; a longer one loses its first bytes.
static Octets random_of(Bytes challenge)
{
    const Bytes used = challenge.last(std::min<std::size_t>(challenge.size(), 32));
    Octets random(32 - used.size());
    random.insert(random.end(), used.begin(), used.end());
    return random;
}

// A cipher spec below 0x010000 is a TLS cipher suite; the others are SSLv2 ciphers.
static bool read_cipher_specs(Reader specs, ClientHello &hello)
{
    while (!specs.empty()) {
        const std::uint32_t spec = specs.u24();
        const auto suite = static_cast<CipherSuite>(spec);
        if (!specs.ok())
            return false;
        if (spec > 0xffff)
            hello.sslv2_kinds.push_back(spec);
        else if (is_grease(suite))
            hello.grease = true;
        else
            hello.cipher_suites.push_back(suite);
        hello.renegotiation_info = hello.renegotiation_info || spec == 0x00ff;
        hello.fallback_scsv = hello.fallback_scsv || spec == 0x5600;
    }
    return specs.ok();
}

static std::optional<ClientHello> parse_client_hello(Reader in)
{
    ClientHello hello;
    hello.sslv2 = true;
    hello.legacy_version = in.u16();
    const std::uint16_t cipher_spec_length = in.u16();
    const std::uint16_t session_id_length = in.u16();
    const std::uint16_t challenge_length = in.u16();
    if (!read_cipher_specs(Reader{in.take(cipher_spec_length)}, hello))
        return std::nullopt;
    hello.session_id = octets(in.take(session_id_length));
    hello.random = random_of(in.take(challenge_length));
    hello.compression_methods = {0};
    if (!in.done())
        return std::nullopt;
    return hello;
}

static std::optional<ServerHello> parse_server_hello(Reader in)
{
    ServerHello hello;
    hello.sslv2 = true;
    in.u8(); // session_id_hit
    in.u8(); // certificate_type: X.509 is the only one
    hello.version = hello.legacy_version = in.u16();
    const std::uint16_t certificate_length = in.u16();
    const std::uint16_t cipher_specs_length = in.u16();
    const std::uint16_t connection_id_length = in.u16();
    hello.sslv2_certificate = octets(in.take(certificate_length));
    in.take(cipher_specs_length); // those that both sides support: the client chooses
    hello.session_id = octets(in.take(connection_id_length));
    if (!in.done())
        return std::nullopt;
    return hello;
}

Message parse_sslv2(Bytes body)
{
    Reader in{body};
    const std::uint8_t type = in.u8();
    OpaqueMessage opaque{.type = type, .size = size_of(body)};
    if (type == sslv2_client_hello) {
        if (auto hello = parse_client_hello(in)) {
            hello->size = size_of(body);
            return std::move(*hello);
        }
        opaque.malformed = true;
    } else if (type == sslv2_server_hello) {
        if (auto hello = parse_server_hello(in))
            return std::move(*hello);
        opaque.malformed = true;
    }
    return opaque;
}

} // namespace tlsdiag
