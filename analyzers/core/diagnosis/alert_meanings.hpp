// What stacks say with an alert: the same fault is unknown_ca from OpenSSL, certificate_unknown from Java and
// bad_certificate from GnuTLS and Go.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace tlsdiag {

// Who sends it for what, as a clause; empty where nothing is known beyond the name.
std::string_view alert_meaning(std::uint8_t description);

} // namespace tlsdiag
