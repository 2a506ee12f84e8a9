// Parses ServerKeyExchange, CertificateVerify and NewSessionTicket.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/iana_names.hpp"
#include "core/tls/parse_parts.hpp"

#include <array>
#include <bit>

namespace tlsdiag {

enum class Params { none, elliptic_curve, diffie_hellman, rsa, srp };

// The parts of a ServerKeyExchange.
struct KeyExchange {
    Params params = Params::none;
    bool psk_hint = false; // RFC 4279, 2: psk_identity_hint comes first
    bool is_signed = false;
};

struct NamedKeyExchange {
    std::string_view prefix; // of the cipher suite name
    KeyExchange form;
};

constexpr KeyExchange ecdhe{.params = Params::elliptic_curve, .is_signed = true};
constexpr KeyExchange dhe{.params = Params::diffie_hellman, .is_signed = true};

// The first match counts. RFC 5246, 7.4.3; RFC 8422, 5.4; RFC 4279; RFC 5489, 2; RFC 5054, 2.8; RFC 2246, 7.4.3
// (export).
constexpr auto key_exchanges = std::to_array<NamedKeyExchange>({
    {"TLS_ECDHE_PSK_", {.params = Params::elliptic_curve, .psk_hint = true}},
    {"TLS_ECDHE_", ecdhe},
    {"TLS_ECDH_anon_", {.params = Params::elliptic_curve}},
    {"TLS_DHE_PSK_", {.params = Params::diffie_hellman, .psk_hint = true}},
    {"TLS_PSK_DHE_", {.params = Params::diffie_hellman, .psk_hint = true}},
    {"TLS_DHE_", dhe},
    {"TLS_DH_anon_", {.params = Params::diffie_hellman}},
    {"TLS_PSK_", {.psk_hint = true}},
    {"TLS_RSA_PSK_", {.psk_hint = true}},
    {"TLS_RSA_EXPORT", {.params = Params::rsa, .is_signed = true}},
    {"TLS_SRP_SHA_WITH_", {.params = Params::srp}},
    {"TLS_SRP_SHA_", {.params = Params::srp, .is_signed = true}},
});

static std::optional<KeyExchange> key_exchange(CipherSuite suite)
{
    const std::string_view name = known_cipher_suite(suite);
    for (const NamedKeyExchange &each : key_exchanges)
        if (name.starts_with(each.prefix))
            return each.form;
    return std::nullopt;
}

// Before TLS 1.2, only the certificate's key determines the algorithm.
enum class Scheme { present, absent };

static std::vector<Scheme> possible_schemes(const ParseContext &context)
{
    if (context.tls13 || comparable_version(context.version) >= 0x0303)
        return {Scheme::present};
    if (context.version != 0)
        return {Scheme::absent};
    return {Scheme::present, Scheme::absent};
}

// RFC 5246, 4.7: DigitallySigned ends the message.
template <class Signed>
static bool read_signature(Reader in, Scheme scheme, Signed &message)
{
    if (scheme == Scheme::present)
        message.scheme = in.u16();
    message.signature = octets(in.vector16().rest());
    return in.done();
}

static std::uint32_t bits(Bytes number)
{
    std::size_t zeros = 0;
    while (zeros < number.size() && number[zeros] == 0)
        ++zeros;
    if (zeros == number.size())
        return 0;
    return size_of(number.subspan(zeros + 1)) * 8 + static_cast<std::uint32_t>(std::bit_width(number[zeros]));
}

// Returns false if the rest of the message cannot be parsed: an explicit curve (RFC 4492, 5.4), which RFC 8422 forbids.
static bool read_curve(Reader &in, ServerKeyExchange &message)
{
    constexpr std::uint8_t named_curve = 3;
    if (in.u8() != named_curve)
        return false;
    message.named_group = in.u16();
    in.vector8(); // public key
    return true;
}

static void read_diffie_hellman(Reader &in, ServerKeyExchange &message)
{
    message.dh_bits = bits(in.vector16().rest()); // dh_p
    in.vector16();                                // dh_g
    in.vector16();                                // dh_Ys
}

static bool read_params(Reader &in, Params params, ServerKeyExchange &message)
{
    switch (params) {
    case Params::none:
        break;
    case Params::elliptic_curve:
        return read_curve(in, message);
    case Params::diffie_hellman:
        read_diffie_hellman(in, message);
        break;
    case Params::rsa:
        in.vector16(); // rsa_modulus
        in.vector16(); // rsa_exponent
        break;
    case Params::srp:
        in.vector16(); // N
        in.vector16(); // g
        in.vector8();  // s
        in.vector16(); // B
        break;
    }
    return true;
}

// For an unknown form.
static ServerKeyExchange whole(Bytes body)
{
    ServerKeyExchange message;
    message.params = octets(body);
    return message;
}

static std::optional<ServerKeyExchange> parse_form(Bytes body, KeyExchange form, Scheme scheme)
{
    Reader in{body};
    ServerKeyExchange message;
    if (form.psk_hint)
        in.vector16();
    if (!read_params(in, form.params, message) && in.ok())
        return whole(body);
    if (!in.ok())
        return std::nullopt;
    message.params = octets(body.first(body.size() - in.left()));
    if (form.is_signed ? !read_signature(in, scheme, message) : !in.empty())
        return std::nullopt;
    return message;
}

// RFC 5246, 7.4.3; RFC 8422, 5.4.
std::optional<ServerKeyExchange> parse_server_key_exchange(Bytes body, const ParseContext &context)
{
    const auto known = key_exchange(context.cipher_suite);
    const std::vector<KeyExchange> forms = known ? std::vector{*known} : std::vector{dhe, ecdhe};
    for (const KeyExchange &form : forms)
        for (const Scheme scheme : possible_schemes(context))
            if (auto message = parse_form(body, form, scheme))
                return message;
    if (known)
        return std::nullopt;
    return whole(body);
}

// RFC 8446, 4.4.3; RFC 5246, 7.4.8.
std::optional<CertificateVerify> parse_certificate_verify(Bytes body, const ParseContext &context)
{
    for (const Scheme scheme : possible_schemes(context))
        if (CertificateVerify message; read_signature(Reader{body}, scheme, message))
            return message;
    return std::nullopt;
}

// RFC 5077, 3.3 and RFC 8446, 4.6.1 start with the same field. The rest is private to the server, and stacks differ in
// it (RFC 5077, A.1), so it is not parsed.
std::optional<NewSessionTicket> parse_new_session_ticket(Bytes body, const ParseContext &)
{
    Reader in{body};
    NewSessionTicket ticket{.lifetime = in.u32(), .size = size_of(body)};
    if (!in.ok())
        return std::nullopt;
    return ticket;
}

} // namespace tlsdiag
