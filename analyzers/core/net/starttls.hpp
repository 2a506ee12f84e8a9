// Protocols that start in plain text and can switch to TLS (STARTTLS), and the answers that refuse it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <string_view>

namespace tlsdiag {

// The protocols that request TLS with these bytes: "IMAP", "PostgreSQL", ...; empty: the bytes do not request TLS.
std::string_view asks_for_starttls(Bytes said);

// Whether the answer refuses TLS. An unknown answer counts as acceptance.
bool refuses_starttls(Bytes asked, Bytes answer);

} // namespace tlsdiag
