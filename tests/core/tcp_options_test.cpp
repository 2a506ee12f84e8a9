// Tests the parser of TCP options.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/tcp_options.hpp"
#include "core/tls/messages.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;

TEST_CASE("the maximum segment size is found among other options")
{
    CHECK(maximum_segment_size(Octets{2, 4, 0x05, 0xb4}) == 1460);
    CHECK(maximum_segment_size(Octets{1, 1, 4, 2, 2, 4, 0x04, 0xc4, 0}) == 1220);
    CHECK(maximum_segment_size(Octets{0, 2, 4, 0x05, 0xb4}) == 0); // after the end option
    CHECK(maximum_segment_size(Octets{}) == 0);
}

TEST_CASE("a selective acknowledgment tells of what came behind a gap, and a duplicate does not")
{
    const Octets behind{1, 1, 5, 10, 0, 0, 0x10, 0, 0, 0, 0x20, 0};
    CHECK(acknowledges_selectively(behind, 0x0800));
    CHECK_FALSE(acknowledges_selectively(behind, 0x2000));
    CHECK(acknowledges_selectively(behind, 0xfffff000)); // numbers wrap around
    CHECK_FALSE(acknowledges_selectively(Octets{1, 1, 8, 10, 0, 0, 0x10, 0, 0, 0, 0x20, 0}, 0x0800));
}

TEST_CASE("options that are broken say nothing")
{
    CHECK(maximum_segment_size(Octets{2}) == 0);
    CHECK(maximum_segment_size(Octets{2, 4, 5}) == 0);
    CHECK(maximum_segment_size(Octets{2, 0, 5, 0xb4}) == 0);
    CHECK(maximum_segment_size(Octets{2, 2}) == 0);
    CHECK_FALSE(acknowledges_selectively(Octets{5, 200, 0, 0}, 0));
}
