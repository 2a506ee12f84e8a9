// What ICMP and ICMPv6 say of a packet that did not get through.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace tlsdiag {

// `icmp` is type << 8 | code: "port unreachable (ICMP type 3, code 3)".
std::string icmp_text(std::uint16_t icmp, bool v6);

} // namespace tlsdiag
