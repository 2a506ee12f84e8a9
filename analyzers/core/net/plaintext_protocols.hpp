// Recognizes which protocol a peer uses when TLS was expected.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <string>
#include <string_view>

namespace tlsdiag {

// "HTTP", "SSH", "SMTP or FTP", ...; "plain text" or "binary data" if nothing more specific is recognized.
std::string_view protocol_of(Bytes first);

bool is_known_protocol(Bytes first); // something more specific

// The start of the data: the first line in quotes, printable, or the first bytes in hexadecimal.
std::string opening_of(Bytes first);

} // namespace tlsdiag
