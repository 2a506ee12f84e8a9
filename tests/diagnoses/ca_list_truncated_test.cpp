// Tests the diagnosis ca_list_truncated.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis ca_list_truncated;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

// 100 names of 98 bytes each; `bytes` in total.
static Conversation asked_for(std::uint32_t bytes, std::size_t name = 98)
{
    Conversation c = answered();
    with_request(c, std::vector<Octets>{Octets(name, 0x30)});
    c.certificate_request.what.authorities->count = bytes / 100;
    c.certificate_request.what.authorities->bytes = bytes;
    return c;
}

TEST_CASE("ca_list_truncated: no room for one more name")
{
    struct Case {
        std::uint32_t bytes;
        bool found;
    };
    for (const Case &one :
         {Case{16'283, false}, Case{16'284, true}, Case{16'384, true}, Case{16'385, false}, Case{12'000, false}}) {
        INFO(one.bytes);
        Conversation c = asked_for(one.bytes);
        CHECK(play(ca_list_truncated, c).size() == (one.found ? 1 : 0));
    }
}

TEST_CASE("ca_list_truncated: it is a guess, and says what else it can be")
{
    Conversation c = asked_for(16'344);
    const Findings found = play(ca_list_truncated, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].certainty == Certainty::guess);
    CHECK(has(found[0].detail, "163 CAs, 16,344 bytes of names; Schannel silently truncates the list at 16,384"));
    CHECK(has(found[0].detail, "by chance"));
}

TEST_CASE("ca_list_truncated: near misses")
{
    Conversation long_name = asked_for(16'000, 2'000); // one long name raises the limit by at most 256 bytes
    CHECK(play(ca_list_truncated, long_name).empty());
    Conversation empty = answered();
    with_request(empty, std::vector<Octets>{});
    CHECK(play(ca_list_truncated, empty).empty());
}
