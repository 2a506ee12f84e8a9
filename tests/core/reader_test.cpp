// Tests the bounded reader of bytes.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/reader.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using bytes::from_hex;

TEST_CASE("a reader gives numbers in network order", "[reader]")
{
    const Octets input = from_hex("01 0203 040506 0708090a 0b0c0d0e0f10");
    Reader in{input};
    CHECK(in.u8() == 0x01);
    CHECK(in.u16() == 0x0203);
    CHECK(in.u24() == 0x040506);
    CHECK(in.u32() == 0x0708090a);
    CHECK_FALSE(in.done());
    CHECK(in.u48() == 0x0b0c0d0e0f10);
    CHECK(in.done());
}

TEST_CASE("a failure sticks, and nothing can be read after it", "[reader]")
{
    const Octets input = from_hex("01 02 03");
    Reader in{input};
    CHECK(in.u32() == 0);
    CHECK_FALSE(in.ok());
    CHECK(in.empty());
    CHECK_FALSE(in.done());
    CHECK(in.u8() == 0);
    CHECK(in.take(0).empty());
    CHECK_FALSE(in.ok());
}

TEST_CASE("a vector ends where its length says", "[reader]")
{
    const Octets input = from_hex("02 aabb 0001 cc 000002 ddee ff");
    Reader in{input};
    Reader first = in.vector8();
    CHECK(first.u16() == 0xaabb);
    CHECK(first.done());
    CHECK(first.u8() == 0);
    CHECK_FALSE(first.ok());
    CHECK(in.ok()); // an error in the inner reader stays there
    CHECK(in.vector16().u8() == 0xcc);
    CHECK(in.vector24().left() == 2);
    CHECK(in.u8() == 0xff);
    CHECK(in.done());
}

TEST_CASE("a vector that is longer than its bytes fails outside and inside", "[reader]")
{
    const Octets input = from_hex("05 0102");
    Reader in{input};
    const Reader inner = in.vector8();
    CHECK_FALSE(inner.ok());
    CHECK(inner.empty());
    CHECK_FALSE(in.ok());
}

TEST_CASE("a reader of nothing is empty and well", "[reader]")
{
    Reader in;
    CHECK(in.done());
    CHECK(in.take(0).empty());
    CHECK(in.ok());
    CHECK(in.u8() == 0);
    CHECK_FALSE(in.ok());
}
