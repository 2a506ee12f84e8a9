// Tests EAP packets and the TLS inside them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/eap.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;
using namespace tlsdiag::bytes;

TEST_CASE("EAP packets and the TLS in them")
{
    struct Case {
        const char *what;
        const char *packet; // in hexadecimal
        std::uint8_t method;
        bool carries_tls, start, more;
        std::uint32_t announced;
        const char *tls;
    };
    const Case cases[] = {
        {"Identity", "02 01 0009 01 75736572", 1, false, false, false, 0, ""},
        {"Start", "01 02 0006 0d 20", 13, true, true, false, 0, ""},
        {"a whole flight", "02 02 0009 0d 00 160301", 13, true, false, false, 0, "160301"},
        {"its first fragment", "02 02 000d 0d c0 00000400 160301", 13, true, false, true, 1024, "160301"},
        {"a fragment in the middle", "02 03 0009 0d 40 160301", 13, true, false, true, 0, "160301"},
        {"the only one, with its length", "02 03 000d 0d 80 00000003 160301", 13, true, false, false, 3, "160301"},
        {"an acknowledgement", "02 03 0006 0d 00", 13, true, false, false, 0, ""},
        {"an acknowledgement without flags", "02 03 0005 0d", 13, true, false, false, 0, ""},
        {"TTLS, version bits", "02 03 0009 15 01 160301", 21, true, false, false, 0, "160301"},
        {"PEAP", "02 03 0009 19 01 160301", 25, true, false, false, 0, "160301"},
        {"FAST: Start with the authority's identity", "01 03 000c 2b 21 0004 0002 4142", 43, true, true, false, 0, ""},
        {"FAST", "02 03 0009 2b 01 160301", 43, true, false, false, 0, "160301"},
        {"TEAP with outer TLVs behind", "02 03 000f 37 11 00000002 160301 4142", 55, true, false, false, 0, "160301"},
        {"TEAP with length and outer TLVs", "02 03 0013 37 91 00000003 00000002 160301 4142", 55, true, false, false, 3,
         "160301"},
        {"outer TLVs longer than the packet", "02 03 000d 37 11 00000009 160301", 55, true, false, false, 0, ""},
        {"the same flag means nothing elsewhere", "02 03 0009 0d 10 160301", 13, true, false, false, 0, "160301"},
        {"MD5-Challenge", "01 03 0008 04 020304", 4, false, false, false, 0, ""},
        {"Expanded", "01 03 0009 fe 00000d 20", 254, false, false, false, 0, ""},
        {"padding behind", "02 02 0009 0d 00 160301 0000000000", 13, true, false, false, 0, "160301"},
        {"a length without its bytes", "02 03 0007 0d 80 00", 13, true, false, false, 0, ""},
    };
    for (const Case &each : cases) {
        INFO(each.what);
        const Octets packet = from_hex(each.packet);
        const auto parsed = parse_eap(packet, packet.size());
        REQUIRE(parsed);
        CHECK(parsed->identifier == packet[1]);
        CHECK(parsed->method == each.method);
        CHECK(parsed->carries_tls == each.carries_tls);
        CHECK(parsed->start == each.start);
        CHECK(parsed->more == each.more);
        CHECK(parsed->announced == each.announced);
        CHECK(Octets(parsed->tls.begin(), parsed->tls.end()) == from_hex(each.tls));
        CHECK_FALSE(parsed->truncated);
    }
}

TEST_CASE("how an EAP conversation ends")
{
    const auto success = parse_eap(from_hex("03 07 0004"), 4);
    REQUIRE(success);
    CHECK(success->code == EapCode::success);
    CHECK(success->identifier == 7);
    CHECK(success->method == 0);
    const auto failure = parse_eap(from_hex("04 07 0004 0000"), 6);
    REQUIRE(failure);
    CHECK(failure->code == EapCode::failure);
    CHECK_FALSE(failure->carries_tls);
}

TEST_CASE("what is no EAP packet")
{
    for (const char *packet : {"", "02", "02 01 00", "00 01 0009 01 75736572", "05 01 0009 01 75736572", "02 01 0004",
                               "01 01 0003 0d", "03 01 0003", "04 01 0000"}) {
        INFO(packet);
        const Octets octets = from_hex(packet);
        CHECK_FALSE(parse_eap(octets, octets.size()));
    }
}

TEST_CASE("an EAP packet that is not all there")
{
    const Octets packet = from_hex("02 02 0400 0d c0 00000800 160301");
    const auto parsed = parse_eap(packet, 1024);
    REQUIRE(parsed);
    CHECK(parsed->truncated);
    CHECK(parsed->more);
    CHECK(parsed->announced == 2048);
    CHECK(parsed->tls.size() == 3);

    const auto no_method = parse_eap(Bytes{packet}.first(4), 1024);
    REQUIRE(no_method);
    CHECK(no_method->truncated);
    CHECK_FALSE(no_method->carries_tls);

    const Octets with_outer_tlvs = from_hex("02 03 000f 37 11 00000002 1603");
    CHECK(parse_eap(with_outer_tlvs, 15)->tls.size() == 2);
}
