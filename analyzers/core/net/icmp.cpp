// Names the reason in an ICMP error.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/icmp.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tlsdiag {

struct Reason {
    bool v6;
    std::uint16_t icmp;
    std::string_view text;
};

// RFC 792; RFC 1812, 5.2.7.1; RFC 4443, 3.
static constexpr std::array reasons{
    Reason{false, 0x0300, "network unreachable"},   Reason{false, 0x0301, "host unreachable"},
    Reason{false, 0x0302, "protocol unreachable"},  Reason{false, 0x0303, "port unreachable"},
    Reason{false, 0x0304, "fragmentation needed"},  Reason{false, 0x0309, "network prohibited"},
    Reason{false, 0x030a, "host prohibited"},       Reason{false, 0x030d, "prohibited by a filter"},
    Reason{false, 0x0b00, "time to live exceeded"}, Reason{true, 0x0100, "no route"},
    Reason{true, 0x0101, "prohibited by a filter"}, Reason{true, 0x0103, "address unreachable"},
    Reason{true, 0x0104, "port unreachable"},       Reason{true, 0x0200, "packet too big"},
    Reason{true, 0x0300, "hop limit exceeded"},
};

std::string icmp_text(std::uint16_t icmp, bool v6)
{
    const auto found =
        std::ranges::find_if(reasons, [&](const Reason &reason) { return reason.v6 == v6 && reason.icmp == icmp; });
    const std::string_view text = found == reasons.end() ? "unreachable" : found->text;
    return std::string{text} + " (" + (v6 ? "ICMPv6" : "ICMP") + " type " + std::to_string(icmp >> 8) + ", code " +
           std::to_string(icmp & 0xff) + ")";
}

std::optional<TooBig> packet_too_big(bool v6, Bytes message)
{
    Reader reader{message};
    const std::uint16_t type_and_code = reader.u16();
    reader.u16(); // checksum
    const std::uint32_t mtu = reader.u32() & (v6 ? 0xffffffff : 0xffff);
    if (!reader.ok() || (v6 ? type_and_code >> 8 != 2 : type_and_code != 0x0304))
        return std::nullopt;
    const auto quoted = quoted_packet(v6, reader.rest());
    return quoted ? std::optional{TooBig{*quoted, mtu}} : std::nullopt;
}

} // namespace tlsdiag
