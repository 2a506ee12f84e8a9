// Protocols that begin in plain text and ask to go on in TLS (STARTTLS), and the answers that refuse it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <string_view>

namespace tlsdiag {

// Who asks in this way for TLS: "SMTP, IMAP or the like", "PostgreSQL", ...; empty: these bytes do not ask for it.
std::string_view asks_for_starttls(Bytes said);

// The answer says no. What is neither a known yes nor a known no counts as yes.
bool refuses_starttls(Bytes asked, Bytes answer);

} // namespace tlsdiag
