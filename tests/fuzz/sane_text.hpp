// What every text that leaves the core has to be.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/text.hpp"

#include <cstdlib>
#include <string_view>

inline void require(bool condition)
{
    if (!condition)
        std::abort();
}

// Text that has been made harmless stays as it is when that is done again.
inline void require_sane(std::string_view text)
{
    require(tlsdiag::printable(text, text.size()) == text);
}

// The same line by line.
inline void require_sane_lines(std::string_view text)
{
    while (!text.empty())
        require_sane(tlsdiag::take_until(text, '\n'));
}
