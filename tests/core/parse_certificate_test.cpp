// Tests the parsers of Certificate, CertificateRequest and related messages.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/parse.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

#include <zlib.h>

using namespace tlsdiag;
using namespace tlsdiag::bytes;

constexpr ParseContext tls10{.version = 0x0301};
constexpr ParseContext tls12{.version = 0x0303};
constexpr ParseContext tls13{.tls13 = true, .version = 0x0304};
constexpr ParseContext unknown{.version = 0};

static bool is_malformed(const Message &message)
{
    const auto *opaque = std::get_if<OpaqueMessage>(&message);
    return opaque != nullptr && opaque->malformed;
}

TEST_CASE("a Certificate before TLS 1.3", "[parse]")
{
    const Octets body = certificate_body({filled(10, 1), filled(20, 2)});
    for (const ParseContext &context : {tls10, tls12, unknown}) {
        const auto message = std::get<CertificateMessage>(parse_message(11, body, context));
        CHECK(message.certificates == std::vector<Octets>{filled(10, 1), filled(20, 2)});
        CHECK(message.count == 2);
        CHECK(message.size == body.size());
        CHECK_FALSE(message.tls13);
        CHECK_FALSE(message.ocsp_response);
    }
}

TEST_CASE("a Certificate of TLS 1.3", "[parse]")
{
    const Octets staple = extension(ExtensionType::status_request, cat(u8(1), vector24(filled(30, 0x30))));
    const Octets body = certificate13_body({filled(10, 1), filled(20, 2)}, {extension(0x12), staple}, filled(4));
    const auto message = std::get<CertificateMessage>(parse_message(11, body, tls13));
    CHECK(message.certificates == std::vector<Octets>{filled(10, 1), filled(20, 2)});
    CHECK(message.ocsp_response == filled(30, 0x30));
    CHECK(message.tls13);
    CHECK(is_malformed(parse_message(11, body, tls12)));

    const auto guessed = parse_message(11, certificate13_body({filled(10, 1)}), unknown);
    CHECK(std::get<CertificateMessage>(guessed).tls13);
}

static Octets compressed(const Octets &body, std::size_t announced, std::uint16_t algorithm = zlib_compression)
{
    Octets stream(compressBound(static_cast<uLong>(body.size())));
    uLongf size = static_cast<uLongf>(stream.size());
    compress(stream.data(), &size, body.data(), static_cast<uLong>(body.size()));
    stream.resize(size);
    return cat(u16(algorithm), u24(static_cast<std::uint32_t>(announced)), vector24(stream));
}

TEST_CASE("a compressed Certificate", "[parse]")
{
    const Octets body = certificate13_body({filled(1000, 1), filled(2000, 2)});
    const auto message = std::get<CertificateMessage>(parse_message(25, compressed(body, body.size()), tls13));
    CHECK(message.certificates == std::vector<Octets>{filled(1000, 1), filled(2000, 2)});
    CHECK(message.size == body.size());
    CHECK(message.compression == zlib_compression);

    for (const std::uint16_t algorithm :
         std::initializer_list<std::uint16_t>{2, 3, 0x4001}) { // brotli, zstd, a private one
        const auto other =
            std::get<CompressedCertificate>(parse_message(25, compressed(body, body.size(), algorithm), tls13));
        CHECK(other.algorithm == algorithm);
        CHECK(other.uncompressed_size == body.size());
    }
    const Octets long_one = certificate13_body({filled(max_uncompressed_certificates, 1)});
    CHECK(
        std::holds_alternative<CompressedCertificate>(parse_message(25, compressed(long_one, long_one.size()), tls13)));

    CHECK(is_malformed(parse_message(25, compressed(body, body.size() - 1), tls13)));
    CHECK(is_malformed(parse_message(25, compressed(body, body.size() + 1), tls13)));
    CHECK(is_malformed(parse_message(25, compressed(filled(30), 30), tls13)));
    CHECK(is_malformed(parse_message(25, cat(u16(1), u24(100), vector24(filled(50, 0xff))), tls13)));
    CHECK(is_malformed(parse_message(25, cat(u16(1), u24(100)), tls13)));
    const Octets whole = compressed(body, body.size());
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(is_malformed(
            parse_message(25, Octets{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, tls13)));
}

TEST_CASE("an empty Certificate, in each form", "[parse]")
{
    CHECK(std::get<CertificateMessage>(parse_message(11, certificate_body({}), tls12)).count == 0);
    CHECK(std::get<CertificateMessage>(parse_message(11, certificate13_body({}), tls13)).count == 0);
    CHECK_FALSE(std::get<CertificateMessage>(parse_message(11, certificate_body({}), unknown)).tls13);
    CHECK(std::get<CertificateMessage>(parse_message(11, certificate13_body({}), unknown)).tls13);
    CHECK(is_malformed(parse_message(11, {}, tls12)));
}

TEST_CASE("a chain longer than any keeps its count", "[parse]")
{
    const std::vector<Octets> chain(max_chain_length + 5, filled(3, 7));
    for (const bool new_form : {false, true}) {
        const Octets body = new_form ? certificate13_body(chain) : certificate_body(chain);
        const auto message = std::get<CertificateMessage>(parse_message(11, body, new_form ? tls13 : tls12));
        CHECK(message.certificates.size() == max_chain_length);
        CHECK(message.count == max_chain_length + 5);
    }
}

TEST_CASE("a Certificate cut anywhere, or with bytes after it, is malformed", "[parse]")
{
    const Octets old_form = certificate_body({filled(10, 1), filled(20, 2)});
    const Octets new_form = certificate13_body({filled(10, 1), filled(20, 2)});
    for (std::size_t size = 0; size < old_form.size(); ++size)
        CHECK(is_malformed(parse_message(11, Bytes{old_form}.first(size), tls12)));
    for (std::size_t size = 0; size < new_form.size(); ++size)
        CHECK(is_malformed(parse_message(11, Bytes{new_form}.first(size), tls13)));
    CHECK(is_malformed(parse_message(11, cat(old_form, u8(0)), tls12)));
    CHECK(is_malformed(parse_message(11, cat(new_form, u8(0)), tls13)));
    CHECK(is_malformed(parse_message(11, vector24(cat(vector24(filled(10)), u24(5), u8(1))), tls12)));
}

TEST_CASE("a raw public key is no broken chain", "[parse]")
{
    const Octets key = cat(from_hex("3059"), filled(0x59));
    const Message message = parse_message(11, vector24(key), tls12);
    REQUIRE(std::holds_alternative<OpaqueMessage>(message));
    CHECK_FALSE(is_malformed(message));
    const Octets rsa = cat(from_hex("30820122"), filled(0x122));
    CHECK_FALSE(is_malformed(parse_message(11, vector24(rsa), tls12)));
    CHECK(is_malformed(parse_message(11, vector24(cat(rsa, u8(0))), tls12)));
}

TEST_CASE("a CertificateRequest of TLS 1.2", "[parse]")
{
    const Octets body = certificate_request_body({.authorities = {name("First"), name("Second")}});
    for (const ParseContext &context : {tls12, unknown}) {
        const auto request = std::get<CertificateRequest>(parse_message(13, body, context));
        CHECK(request.certificate_types == Octets{1, 64});
        CHECK(request.signature_algorithms == std::vector<SignatureScheme>{0x0403, 0x0401});
        REQUIRE(request.authorities);
        CHECK(request.authorities->names == std::vector<Octets>{name("First"), name("Second")});
        CHECK(request.authorities->count == 2);
        CHECK(request.authorities->bytes == name("First").size() + name("Second").size() + 4);
        CHECK(request.size == body.size());
        CHECK_FALSE(request.tls13);
    }
    CHECK(is_malformed(parse_message(13, body, tls10)));
}

TEST_CASE("a CertificateRequest before TLS 1.2 names no signature algorithms", "[parse]")
{
    const CertificateRequestFields fields{.signature_algorithms = std::nullopt, .authorities = {name("First")}};
    const Octets body = certificate_request_body(fields);
    for (const Version version : std::vector<Version>{0x0000, 0x0300, 0x0301, 0x0302, 0xfeff}) {
        const auto request = std::get<CertificateRequest>(parse_message(13, body, {.version = version}));
        CHECK(request.signature_algorithms.empty());
        CHECK(request.authorities->names == std::vector<Octets>{name("First")});
    }
    CHECK(is_malformed(parse_message(13, body, tls12)));
    CHECK(is_malformed(parse_message(13, body, {.version = 0xfefd})));
}

TEST_CASE("a CertificateRequest of TLS 1.3", "[parse]")
{
    const Octets body = certificate_request13_body(
        {signature_algorithms_extension({0x0804}), extension(0x9999), certificate_authorities_extension({name("A")})});
    for (const ParseContext &context : {tls13, unknown}) {
        const auto request = std::get<CertificateRequest>(parse_message(13, body, context));
        CHECK(request.tls13);
        CHECK(request.signature_algorithms == std::vector<SignatureScheme>{0x0804});
        CHECK(request.authorities->names == std::vector<Octets>{name("A")});
    }
    const Octets without = certificate_request13_body({signature_algorithms_extension({0x0804})});
    CHECK_FALSE(std::get<CertificateRequest>(parse_message(13, without, tls13)).authorities);
    const Octets broken =
        certificate_request13_body({extension(ExtensionType::certificate_authorities, cat(u16(5), u16(9), filled(3)))});
    CHECK(is_malformed(parse_message(13, broken, tls13)));
}

TEST_CASE("a CA list that is empty, full, or has empty names", "[parse]")
{
    const auto empty = std::get<CertificateRequest>(parse_message(13, certificate_request_body(), tls12));
    REQUIRE(empty.authorities);
    CHECK(empty.authorities->count == 0);
    CHECK(empty.authorities->bytes == 0);

    const std::vector<Octets> one_byte_each(max_ca_names, Octets{0x30});
    const auto full = std::get<CertificateRequest>(
        parse_message(13, certificate_request_body({.authorities = one_byte_each}), tls12));
    CHECK(full.authorities->count == 21'845);
    CHECK(full.authorities->names.size() == 21'845);
    CHECK(full.authorities->bytes == 65'535);

    const std::vector<Octets> without_bytes(32'767);
    const auto names_of_nothing = std::get<CertificateRequest>(
        parse_message(13, certificate_request_body({.authorities = without_bytes}), tls12));
    CHECK(names_of_nothing.authorities->count == 32'767);
    CHECK(names_of_nothing.authorities->names.size() == max_ca_names);
}

TEST_CASE("a CA list whose length wrapped at 16 bits is malformed", "[parse]")
{
    const std::vector<Octets> authorities(700, name(std::string(100, 'x')));
    const Octets body = certificate_request_body({.authorities = authorities});
    REQUIRE(body.size() > 65'536);
    CHECK(is_malformed(parse_message(13, body, tls12)));
    CHECK(is_malformed(parse_message(13, body, unknown)));
    CHECK(std::get<OpaqueMessage>(parse_message(13, body, tls12)).size == body.size());
}

TEST_CASE("a CertificateRequest cut anywhere, or with bytes after it, is malformed", "[parse]")
{
    const Octets old_form = certificate_request_body({.authorities = {name("First"), name("Second")}});
    const Octets new_form = certificate_request13_body({certificate_authorities_extension({name("A")})});
    for (std::size_t size = 0; size < old_form.size(); ++size)
        CHECK(is_malformed(parse_message(13, Bytes{old_form}.first(size), tls12)));
    for (std::size_t size = 0; size < new_form.size(); ++size)
        CHECK(is_malformed(parse_message(13, Bytes{new_form}.first(size), tls13)));
    CHECK(is_malformed(parse_message(13, cat(old_form, u8(0)), tls12)));
    CHECK(is_malformed(parse_message(13, cat(new_form, u8(0)), tls13)));
}

TEST_CASE("a CertificateStatus, of one certificate and of a chain", "[parse]")
{
    const Octets response = filled(50, 0x30);
    const auto one = std::get<CertificateStatus>(parse_message(22, cat(u8(1), vector24(response)), tls12));
    CHECK(one.type == 1);
    CHECK(one.response == response);

    const Octets list = vector24(cat(vector24(response), vector24({})));
    const auto chain = std::get<CertificateStatus>(parse_message(22, cat(u8(2), list), tls12));
    CHECK(chain.type == 2);
    CHECK(chain.response == response);

    CHECK(std::get<CertificateStatus>(parse_message(22, cat(u8(3), filled(9)), tls12)).response.empty());
    CHECK(is_malformed(parse_message(22, cat(u8(1), u24(51), response), tls12)));
    CHECK(is_malformed(parse_message(22, cat(u8(2), vector24(u24(9))), tls12)));
    CHECK(is_malformed(parse_message(22, {}, tls12)));
}

TEST_CASE("a draft's form that is not known is no fault", "[parse]")
{
    const Octets draft18 = certificate_request_body({.certificate_types = {}, .authorities = {name("A")}});
    const Message message = parse_message(13, draft18, {.tls13 = true, .version = 0x7f12});
    REQUIRE(std::holds_alternative<OpaqueMessage>(message));
    CHECK_FALSE(is_malformed(message));
}
