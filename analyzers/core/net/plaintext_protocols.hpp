// What bytes speak where TLS was due.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <string>
#include <string_view>

namespace tlsdiag {

// "HTTP", "SSH", "SMTP or FTP", ...; "plain text" or "binary data" where nothing more exact is recognised.
std::string_view protocol_of(Bytes first);

// How it begins: the first line in quotes, printable, or the first bytes in hexadecimal.
std::string opening_of(Bytes first);

} // namespace tlsdiag
