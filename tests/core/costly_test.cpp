// Tests captures that an attacker would craft: each is read in bounded time and with bounded memory.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/x509/signatures.hpp"
#include "support/catch.hpp"
#include "support/pki.hpp"
#include "support/wire.hpp"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <chrono>

using namespace tlsdiag;
using namespace tlsdiag::wire;
using bytes::cat;

namespace {

// Far more than any of these takes, even with sanitizers on a busy machine, and far less than the costs they guard
// against.
constexpr auto patience = std::chrono::seconds{20};

class Clock {
public:
    ~Clock() { CHECK(std::chrono::steady_clock::now() - begin_ < patience); }

private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// A message of any length in as many records as it takes, and the records in segments.
void say_long(Wire &wire, Side from, const Octets &message)
{
    constexpr std::size_t most = 16'000;
    for (std::size_t at = 0; at < message.size(); at += most) {
        const auto begin = message.begin() + static_cast<std::ptrdiff_t>(at);
        const auto size = static_cast<std::ptrdiff_t>(std::min(most, message.size() - at));
        wire.say(from, handshake_record({begin, begin + size}));
    }
}

Wire &greeted(Wire &wire)
{
    wire.open().say(Side::client, hello12());
    wire.say(Side::server, answer12());
    return wire;
}

std::shared_ptr<EVP_PKEY> rsa_public_key(int bits)
{
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> modulus{BN_new(), BN_free}, exponent{BN_new(), BN_free};
    BN_set_bit(modulus.get(), bits - 1);
    BN_set_bit(modulus.get(), 0);
    BN_copy(exponent.get(), modulus.get()); // the most expensive exponent
    BN_sub_word(exponent.get(), 2);
    const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder{OSSL_PARAM_BLD_new(),
                                                                                  OSSL_PARAM_BLD_free};
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters{OSSL_PARAM_BLD_to_param(builder.get()),
                                                                             OSSL_PARAM_free};
    const openssl::KeyContextOwner context{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
    EVP_PKEY *key = nullptr;
    REQUIRE(EVP_PKEY_fromdata_init(context.get()) == 1);
    REQUIRE(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1);
    return {key, EVP_PKEY_free};
}

// A certificate that claims to have this key, without a valid signature.
Octets with_key(EVP_PKEY *key)
{
    const pki::Identity made = pki::self_signed("host.example");
    REQUIRE(X509_set_pubkey(made.certificate.get(), key) == 1);
    return openssl::encode(made.certificate.get(), i2d_X509);
}

} // namespace

TEST_CASE("costly: a CA list of 21,845 names of one byte", "[costly]")
{
    const Clock clock;
    Wire wire;
    const std::vector<Octets> names(21'845, Octets{0x30});
    say_long(greeted(wire), Side::server, bytes::certificate_request({.authorities = names}));
    wire.say(Side::server, handshake_record(bytes::server_hello_done()));
    wire.say(Side::client, alert_record(80));
    const Summary summary = wire.only();
    CHECK(summary.verdict.outcome == Outcome::failed);
    for (const Finding &finding : summary.findings)
        CHECK(finding.detail.size() < 1'100);
}

TEST_CASE("costly: a CA list whose length wrapped", "[costly]")
{
    const Clock clock;
    Wire wire;
    const Octets list =
        bytes::names(std::vector<Octets>(1'500, bytes::name(std::string(40, 'x')))); // over 65,535 bytes
    const Octets body = cat(bytes::vector8({1, 64}), bytes::u16(list.size() & 0xffff), list);
    REQUIRE(list.size() > 0xffff);
    say_long(greeted(wire), Side::server, bytes::handshake(13, body));
    wire.say(Side::server, handshake_record(bytes::server_hello_done()));
    wire.say(Side::client, alert_record(50));
    CHECK(wire.only().verdict.outcome == Outcome::failed);
}

TEST_CASE("costly: a chain of 100 certificates that could all have issued each other", "[costly]")
{
    const Clock clock;
    std::vector<Octets> chain{pki::issue(pki::make_ca("Same", {.key_ids = false}), "host.example").der};
    for (int number = 1; number < 100; ++number)
        chain.push_back(pki::make_ca("Same", {.key = "ED25519-" + std::to_string(number), .key_ids = false}).der);
    Wire wire;
    say_long(greeted(wire), Side::server, bytes::certificate(chain));
    wire.say(Side::server, handshake_record(bytes::server_hello_done()));
    wire.say(Side::client, alert_record(48));
    CHECK(wire.only().verdict.outcome == Outcome::failed);
}

TEST_CASE("costly: a certificate of a megabyte, and a name of almost one", "[costly]")
{
    const Clock clock;
    const std::size_t size = GENERATE(std::size_t{1} << 20, std::size_t{400} * 1024);
    CertificateCache cache;
    const Octets name = pki::name_der("CN=" + std::string(40, 'x'));
    CHECK_FALSE(cache.parse(bytes::filled(size, 0x30))->readable);

    Octets value = bytes::filled(size, 'x');
    for (const int tag : {0x0c, 0x30, 0x31, 0x30}) { // UTF8String in AttributeTypeAndValue in RDN in Name
        if (tag == 0x30 && value[0] == 0x0c)
            value = cat(bytes::from_hex("0603550403"), value); // commonName
        value = cat(bytes::u8(static_cast<std::uint64_t>(tag)), bytes::u8(0x83), bytes::u24(value.size()), value);
    }
    CHECK(name_text(value).size() < 5'000);
    CHECK(match_name(value, name) == NameMatch::none);

    Wire wire;
    say_long(greeted(wire), Side::server, bytes::certificate({value}));
    wire.say(Side::client, alert_record(42));
    CHECK(wire.only().verdict.outcome == Outcome::failed);
}

TEST_CASE("costly: keys that take long to verify with are not tried", "[costly]")
{
    const Clock clock;
    CertificateCache cache;
    const auto large = rsa_public_key(16'384);
    const Certificate *rsa = cache.parse(with_key(large.get()));
    const Certificate *curve = cache.parse(with_key(pki::make_key("EXPLICIT-P-256").get()));
    const Octets content(1'000), signature(2'048, 0x11);
    for (int number = 0; number < 1'000; ++number) {
        CHECK(verify_signature(*rsa, 0x0401, content, signature) == std::nullopt);
        CHECK_FALSE(made_by_key(*rsa, signature));
        CHECK(verify_signature(*curve, 0x0403, content, signature) == std::nullopt);
    }
    CHECK(cache.path({rsa, curve}).certificates.size() <= 2);
}

TEST_CASE("costly: 10,000 tiny records", "[costly]")
{
    const Clock clock;
    Wire wire;
    wire.open();
    const Octets hello = bytes::client_hello(bytes::tls12_client());
    Octets tiny;
    for (std::size_t at = 0; at < hello.size(); ++at)
        tiny = cat(tiny, handshake_record({hello[at]}));
    wire.say(Side::client, tiny);
    Octets warnings;
    for (int number = 0; number < 10'000; ++number)
        warnings = cat(warnings, bytes::record(21, 0x0303, bytes::alert(1, 112)));
    for (std::size_t at = 0; at < warnings.size(); at += 1'400)
        wire.say(Side::server, {warnings.begin() + static_cast<std::ptrdiff_t>(at),
                                warnings.begin() + static_cast<std::ptrdiff_t>(std::min(at + 1'400, warnings.size()))});
    wire.say(Side::server, alert_record(40));
    CHECK(wire.only().verdict.outcome == Outcome::failed);
    CHECK(wire.only().findings.size() <= 64);
}

TEST_CASE("costly: everything byte by byte, and a ClientHello of which every byte comes twice", "[costly]")
{
    const Clock clock;
    const bool twice = GENERATE(false, true);
    Wire wire;
    wire.open();
    const auto drip = [&](Side from, const Octets &bytes) {
        for (const std::uint8_t byte : bytes) {
            wire.say(from, {byte});
            if (twice)
                wire.wait(1).again(from, {byte});
        }
    };
    drip(Side::client, hello12());
    drip(Side::server, server_flight12());
    drip(Side::client, client_flight12());
    drip(Side::server, finished12());
    CHECK(wire.only().verdict.outcome == Outcome::completed);
}

TEST_CASE("costly: thousands of renegotiations that Wireshark decrypts", "[costly]")
{
    const Clock clock;
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, server_flight12());
    wire.say(Side::client, client_flight12()).say(Side::server, finished12());
    const Octets hello = bytes::client_hello(bytes::tls12_client()), certificate = bytes::certificate({Octets(5'000)});
    const Octets hidden = bytes::record(22, 0x0303, bytes::filled(300, 0x5a));
    for (int number = 0; number < 3'000; ++number) {
        wire.decrypted(Side::client, hidden, hello);
        wire.decrypted(Side::server, hidden, bytes::server_hello());
        wire.decrypted(Side::server, hidden, certificate);
        wire.decrypted(Side::client, hidden, bytes::handshake(20, Octets(12)));
    }
    CHECK(wire.capture.results().conversations() == 1);
    CHECK(wire.only().verdict.outcome == Outcome::completed);
    CHECK(wire.only().findings.size() <= 64);
}

TEST_CASE("costly: what answers packets that never come is held within bounds", "[costly]")
{
    const Clock clock;
    Wire wire;
    wire.open().say(Side::client, hello12()).say(Side::server, answer12());
    const Octets part = handshake_record(bytes::handshake(0x5a, Octets(1'396)));
    for (int number = 0; number < 10'000; ++number)
        wire.skip(Side::client, 100)
            .unacknowledged(Side::server, part)
            .skip(Side::server, 1)
            .unacknowledged(Side::client, part);
    CHECK(wire.capture.results().conversations() == 1);
}

TEST_CASE("costly: thousands of hellos on one connection", "[costly]")
{
    const Clock clock;
    Wire wire;
    wire.open();
    for (int number = 0; number < 3'000; ++number) {
        wire.say(Side::client, hello12());
        wire.say(Side::server, server_flight12());
    }
    wire.say(Side::client, client_flight12());
    wire.say(Side::server, finished12());
    CHECK(wire.capture.results().conversations() == 1);
    CHECK(wire.only().findings.size() <= 64);
}
