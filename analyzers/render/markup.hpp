// Text for XML and HTML.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace tlsdiag {

// For content and for quoted attribute values. What text.hpp calls printable has no character that XML does not allow;
// other text becomes so here.
std::string markup(std::string_view text);

} // namespace tlsdiag
