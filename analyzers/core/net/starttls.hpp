// Protocols that start in plain text and can switch to TLS (STARTTLS), and the answers that refuse it.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tlsdiag {

// The protocols that request TLS with these bytes: "IMAP", "PostgreSQL", ...; empty: the bytes do not request TLS.
std::string_view asks_for_starttls(Bytes said);

// Whether these protocols speak in lines of text, so that what has no line end is not whole.
bool speaks_in_lines(std::string_view protocol);

// Whether the client says goodbye, instead of going on.
bool takes_leave(Bytes said);

// Whether the answer refuses TLS. An unknown answer counts as acceptance.
bool refuses_starttls(Bytes asked, Bytes answer);

// What a refusal says in plain words, and who has to change something.
struct StarttlsRefusal {
    enum class Lack : std::uint8_t { server, client, proxy };
    std::string words; // "HYBRID_REQUIRED_BY_SERVER (5): it accepts only ..."
    Lack lack = Lack::server;
    std::string_view remedy; // empty: the usual one
};
StarttlsRefusal read_refusal(Bytes asked, Bytes answer);

} // namespace tlsdiag
