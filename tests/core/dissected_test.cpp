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
    const auto code = [](const char *digits) { return quic_closing(from_hex(digits)).value().code; };
    CHECK(code("c2197c5eff14e88c") == 151'288'809'941'952'652);
    CHECK(code("9d7f3e7d") == 494'878'333);
    CHECK(code("7bbd ffff") == 15'293);
    CHECK(code("25") == 37);
    CHECK(code("4025") == 37);
    CHECK_FALSE(quic_closing(from_hex("9d7f3e")));
    CHECK_FALSE(quic_closing(Bytes{}));
}

TEST_CASE("A CONNECTION_CLOSE has a reason phrase after the type of a frame")
{
    const auto reason = [](const Octets &bytes) {
        const Bytes found = quic_closing(bytes).value().reason;
        return std::string{found.begin(), found.end()};
    };
    CHECK(reason(bytes::cat(from_hex("00 00 04"), bytes::text("idle"), bytes::filled(20))) == "idle");
    CHECK(reason(bytes::cat(from_hex("4178 06 04"), bytes::text("idle"))) == "idle");
    CHECK(reason(bytes::cat(from_hex("00 00 05"), bytes::text("idle"))).empty()); // not all of it is there
    CHECK(reason(from_hex("00 00 00")).empty());
    CHECK(reason(from_hex("00")).empty());
}
