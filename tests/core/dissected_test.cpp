// Tests that what the dissector shows is cut by its own headers, and that only what is whole is used.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/dissected.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using bytes::from_hex;

namespace {

Octets copy(Bytes bytes)
{
    return {bytes.begin(), bytes.end()};
}

// The header in TLS's form and the body; empty: not whole.
Octets dtls(const Octets &fragment)
{
    const auto message = whole_dtls_message(fragment);
    return message ? bytes::cat(copy(message->header), copy(message->body)) : Octets{};
}

} // namespace

TEST_CASE("A record is cut by its length")
{
    const Octets alert = from_hex("15 0303 0002 02 28"), two = bytes::cat(alert, alert);
    REQUIRE(whole_record(two));
    CHECK(copy(*whole_record(two)) == alert);
    CHECK(whole_record(from_hex("17 0303 0000")));
    CHECK_FALSE(whole_record({}));
    CHECK_FALSE(whole_record(Bytes{alert}.first(4)));
    CHECK_FALSE(whole_record(Bytes{alert}.first(6)));
    CHECK_FALSE(whole_record(from_hex("13 0303 0000"))); // no content type of TLS
    CHECK_FALSE(whole_record(from_hex("19 0303 0000")));
    CHECK_FALSE(whole_record(from_hex("15 0203 0000")));
}

TEST_CASE("A message is cut by its length")
{
    const Octets finished = from_hex("14 000003 010203");
    REQUIRE(whole_message(bytes::cat(finished, finished)));
    CHECK(copy(*whole_message(bytes::cat(finished, finished))) == finished);
    CHECK(whole_message(from_hex("0e 000000")));
    CHECK_FALSE(whole_message(Bytes{finished}.first(6)));
    CHECK_FALSE(whole_message(Bytes{finished}.first(3)));
}

TEST_CASE("A DTLS message is used if its fragment is all of it")
{
    CHECK(dtls(from_hex("14 000003 0007 000000 000003 010203 ffff")) == from_hex("14 000003 010203"));
    CHECK(dtls(from_hex("0e 000000 0007 000000 000000")) == from_hex("0e 000000"));
    CHECK(dtls(from_hex("14 000003 0007 000000 000003 0102")).empty());    // not all bytes are there
    CHECK(dtls(from_hex("14 000003 0007 000001 000002 0203")).empty());    // the last fragment
    CHECK(dtls(from_hex("14 000003 0007 000000 000002 0102 03")).empty()); // the first fragment
    CHECK(dtls(from_hex("14 000003 0007 000000 0000")).empty());
}

TEST_CASE("QUIC's numbers have 1, 2, 4 or 8 bytes (RFC 9000, A.1)")
{
    CHECK(quic_error_code(from_hex("c2197c5eff14e88c")) == 151'288'809'941'952'652);
    CHECK(quic_error_code(from_hex("9d7f3e7d")) == 494'878'333);
    CHECK(quic_error_code(from_hex("7bbd ffff")) == 15'293);
    CHECK(quic_error_code(from_hex("25")) == 37);
    CHECK(quic_error_code(from_hex("4025")) == 37);
    CHECK(quic_error_code(from_hex("9d7f3e")) == std::nullopt);
    CHECK(quic_error_code(Bytes{}) == std::nullopt);
}
