// Tests the parsers of key exchange, signature and ticket messages.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using namespace tlsdiag::bytes;

static bool is_malformed(const Message &message)
{
    const auto *opaque = std::get_if<OpaqueMessage>(&message);
    return opaque != nullptr && opaque->malformed;
}

static ServerKeyExchange parse_exchange(const Octets &body, CipherSuite suite, Version version = 0x0303)
{
    return std::get<ServerKeyExchange>(parse_message(12, body, {.version = version, .cipher_suite = suite}));
}

static const Octets curve = cat(u8(3), u16(0x0017), vector8(filled(65, 4)));
static const Octets group_2048 = cat(vector16(cat(u8(0x80), filled(255))), vector16(u8(2)), vector16(filled(256, 9)));
static const Octets signature = vector16(filled(64, 0x77));
static const Octets hint = vector16(text("hint"));

TEST_CASE("a ServerKeyExchange of ECDHE", "[parse]")
{
    for (const CipherSuite suite : std::vector<CipherSuite>{0xc02f, 0xc02b, 0xcca8, 0x0000}) {
        const auto message = parse_exchange(cat(curve, u16(0x0401), signature), suite);
        CHECK(message.named_group == Group{0x0017});
        CHECK(message.params == curve);
        CHECK(message.scheme == SignatureScheme{0x0401});
        CHECK(message.signature == filled(64, 0x77));
        CHECK_FALSE(message.dh_bits);
    }
    const auto old = parse_exchange(cat(curve, signature), 0xc014, 0x0301);
    CHECK_FALSE(old.scheme);
    CHECK(old.signature == filled(64, 0x77));
    const auto anonymous = parse_exchange(curve, 0xc018);
    CHECK(anonymous.named_group == Group{0x0017});
    CHECK(anonymous.signature.empty());
    CHECK(anonymous.params == curve);
}

TEST_CASE("a ServerKeyExchange of DHE tells the size of its prime", "[parse]")
{
    const auto message = parse_exchange(cat(group_2048, u16(0x0401), signature), 0x009e);
    CHECK(message.dh_bits == 2048u);
    CHECK(message.params == group_2048);
    CHECK(message.scheme == SignatureScheme{0x0401});
    CHECK_FALSE(message.named_group);

    struct Case {
        Octets prime;
        std::uint32_t bits;
    };
    for (const Case &each : {Case{from_hex("01"), 1}, Case{from_hex("0000ff"), 8}, Case{from_hex("7fffff"), 23},
                             Case{from_hex("0000"), 0}, Case{{}, 0}}) {
        const Octets params = cat(vector16(each.prime), vector16(u8(2)), vector16(u8(3)));
        CHECK(parse_exchange(params, 0x0034).dh_bits == each.bits); // DH_anon: no signature
        CHECK(parse_exchange(cat(params, signature), 0x0033, 0x0302).dh_bits == each.bits);
    }
}

TEST_CASE("a ServerKeyExchange with a hint for the pre-shared key", "[parse]")
{
    CHECK(parse_exchange(cat(hint, curve), 0xc035).named_group == Group{0x0017});
    CHECK(parse_exchange(cat(hint, group_2048), 0x0090).dh_bits == 2048u);
    for (const CipherSuite suite : std::vector<CipherSuite>{0x008c, 0x0094}) { // PSK, RSA_PSK
        const auto message = parse_exchange(hint, suite);
        CHECK(message.params == hint);
        CHECK(message.signature.empty());
    }
    CHECK(is_malformed(parse_message(12, curve, {.cipher_suite = 0x008c})));
}

TEST_CASE("a ServerKeyExchange of an export suite and of SRP", "[parse]")
{
    const Octets rsa = cat(vector16(filled(64, 9)), vector16(from_hex("010001")));
    CHECK(parse_exchange(cat(rsa, signature), 0x0003, 0x0301).params == rsa);
    const Octets srp = cat(vector16(filled(128)), vector16(u8(2)), vector8(filled(4)), vector16(filled(128)));
    CHECK(parse_exchange(srp, 0xc01d).signature.empty());
    CHECK(parse_exchange(cat(srp, u16(0x0201), signature), 0xc01e).scheme == SignatureScheme{0x0201});
}

TEST_CASE("a ServerKeyExchange whose form is not known keeps its bytes", "[parse]")
{
    const Octets body = filled(30, 0xee);
    CHECK(parse_exchange(body, 0xc0ff).params == body); // EC-JPAKE
    CHECK(parse_exchange(body, 0x0000).params == body);
    const Octets explicit_curve = cat(u8(1), filled(200));
    const auto message = parse_exchange(explicit_curve, 0xc02f);
    CHECK_FALSE(message.named_group);
    CHECK(message.params == explicit_curve);
}

TEST_CASE("where version and suite are not known, the form that fits exactly is taken", "[parse]")
{
    for (const Octets &params : {curve, group_2048}) {
        for (const bool scheme : {true, false}) {
            const Octets body = cat(params, scheme ? u16(0x0804) : Octets{}, signature);
            const auto message = parse_exchange(body, 0, 0);
            CHECK(message.params == params);
            CHECK(message.scheme.has_value() == scheme);
            CHECK(message.signature == filled(64, 0x77));
        }
    }
}

TEST_CASE("a ServerKeyExchange cut anywhere, or with bytes after it, is malformed", "[parse]")
{
    struct Case {
        CipherSuite suite;
        Octets body;
    };
    for (const Case &each : {Case{0xc02f, cat(curve, u16(0x0401), signature)},
                             Case{0x009e, cat(group_2048, u16(0x0401), signature)}, Case{0xc035, cat(hint, curve)}}) {
        const ParseContext context{.cipher_suite = each.suite};
        for (std::size_t size = 0; size < each.body.size(); ++size)
            CHECK(is_malformed(parse_message(12, Bytes{each.body}.first(size), context)));
        CHECK(is_malformed(parse_message(12, cat(each.body, u8(0)), context)));
    }
}

TEST_CASE("a CertificateVerify names its scheme from TLS 1.2 on", "[parse]")
{
    const Octets with = cat(u16(0x0804), signature);
    for (const ParseContext &context : {ParseContext{.version = 0x0303}, ParseContext{.tls13 = true, .version = 0x0304},
                                        ParseContext{.version = 0}}) {
        const auto message = std::get<CertificateVerify>(parse_message(15, with, context));
        CHECK(message.scheme == SignatureScheme{0x0804});
        CHECK(message.signature == filled(64, 0x77));
    }
    for (const Version version : std::vector<Version>{0x0300, 0x0301, 0x0302, 0xfeff, 0x0000}) {
        const auto message = std::get<CertificateVerify>(parse_message(15, signature, {.version = version}));
        CHECK_FALSE(message.scheme);
        CHECK(message.signature == filled(64, 0x77));
    }
    CHECK(is_malformed(parse_message(15, signature, {.version = 0x0303})));
    CHECK(is_malformed(parse_message(15, with, {.version = 0x0301})));
    CHECK(is_malformed(parse_message(15, cat(with, u8(0)), {.version = 0x0303})));
}

TEST_CASE("NewSessionTicket, in each form", "[parse]")
{
    const Octets old_form = cat(u32(300), vector16(filled(160)));
    const Octets new_form = cat(u32(7200), u32(0x12345678), vector8(filled(8)), vector16(filled(200)), vector16({}));
    CHECK(std::get<NewSessionTicket>(parse_message(4, old_form, {})).lifetime == 300);
    const auto ticket = std::get<NewSessionTicket>(parse_message(4, new_form, {.tls13 = true}));
    CHECK(ticket.lifetime == 7200);
    CHECK(ticket.size == new_form.size());
    CHECK(is_malformed(parse_message(4, u24(1), {})));
}

TEST_CASE("messages without a body, and those that are only measured", "[parse]")
{
    CHECK(std::get<EmptyMessage>(parse_message(14, {}, {})).type == HandshakeType::server_hello_done);
    CHECK(std::get<EmptyMessage>(parse_message(0, {}, {})).type == HandshakeType::hello_request);
    CHECK(std::get<EmptyMessage>(parse_message(5, {}, {})).type == HandshakeType::end_of_early_data);
    CHECK(is_malformed(parse_message(14, u8(0), {})));
    CHECK(std::get<ClientKeyExchange>(parse_message(16, filled(258), {})).size == 258);
    CHECK(std::get<Finished>(parse_message(20, filled(12), {})).size == 12);
    for (const std::uint8_t type : Octets{24, 67, 99, 255}) {
        const auto opaque = std::get<OpaqueMessage>(parse_message(type, filled(7), {}));
        CHECK(opaque.type == type);
        CHECK(opaque.size == 7);
        CHECK_FALSE(opaque.malformed);
    }
}
