// Tests how the beginning of TLS is recognized from the form of its first bytes.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/records.hpp"

#include "support/catch.hpp"
#include "support/record_listener.hpp"

using namespace tlsdiag;
using namespace tlsdiag::bytes;

TEST_CASE("what the beginning of a connection looks like")
{
    const Octets hello = record(22, 0x0301, client_hello());
    CHECK(RecordReader::looks_like_record({}));
    CHECK(RecordReader::looks_like_record(first(1, hello)));
    CHECK(RecordReader::looks_like_record(hello));
    CHECK_FALSE(RecordReader::looks_like_record(text("GET ")));

    CHECK(RecordReader::looks_like_client_hello(hello));
    CHECK(RecordReader::looks_like_client_hello(first(6, hello)));
    CHECK(RecordReader::looks_like_client_hello(cat(tls(22, {1}), tls(22, after(6, hello)))));
    CHECK_FALSE(RecordReader::looks_like_client_hello(first(5, hello)));
    CHECK_FALSE(RecordReader::looks_like_client_hello(cat(tls(22, {}), Octets{1})));
    CHECK_FALSE(RecordReader::looks_like_client_hello(tls(22, handshake(2, filled(41)))));
    CHECK_FALSE(RecordReader::looks_like_client_hello(tls(23, handshake(1, filled(41)))));
    CHECK_FALSE(RecordReader::looks_like_client_hello(tls(22, {1, 1, 0, 0})));
    CHECK_FALSE(RecordReader::looks_like_client_hello(tls(22, {1, 0, 0, 41, 2, 3})));

    CHECK(RecordReader::looks_like_sslv2_hello(sslv2_hello));
    CHECK(RecordReader::looks_like_sslv2_hello(first(11, sslv2_hello)));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(first(10, sslv2_hello)));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(hello));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(from_hex("802e 01 0401 0015 0000 0010")));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(from_hex("802d 01 0301 0014 0000 0010")));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(from_hex("801d 01 0301 0015 0000 000f")));
}

TEST_CASE("a record's length is bounded, and as soon as its first byte shows it")
{
    CHECK(RecordReader::looks_like_record(from_hex("16 0301 48")));
    CHECK_FALSE(RecordReader::looks_like_record(from_hex("16 0301 49")));
    CHECK(RecordReader::looks_like_record(from_hex("16 0301 4800")));
    CHECK_FALSE(RecordReader::looks_like_record(from_hex("16 0301 4801")));
}

TEST_CASE("a ClientHello of SSLv2 offers something, and has a challenge")
{
    CHECK(RecordReader::looks_like_sslv2_hello(from_hex("801c 01 0301 0003 0000 0010")));
    CHECK(RecordReader::looks_like_sslv2_hello(from_hex("801c 01 0002 0003 0000 0010")));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(from_hex("001c 01 0301 0003 0000 0010")));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(from_hex("8019 01 0301 0000 0000 0010")));
    CHECK_FALSE(RecordReader::looks_like_sslv2_hello(from_hex("8018 01 0301 0003 0000 000c")));
}
