// Escapes text for XML and HTML.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace tlsdiag {

// For content and for quoted attribute values. Printable text (text.hpp) contains only characters that XML allows;
// other text is converted.
std::string markup(std::string_view text);

} // namespace tlsdiag
