// What TLS stacks mean by an alert. They differ: for the same fault OpenSSL sends unknown_ca, Java certificate_unknown,
// and GnuTLS and Go bad_certificate.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace tlsdiag {

// A clause that tells for which faults the alert is sent; empty if only its name is known.
std::string_view alert_meaning(std::uint8_t description);

} // namespace tlsdiag
