// What the fuzzers require of every text that leaves the core.
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

// Harmless text does not change when it is made harmless again.
inline void require_sane(std::string_view text)
{
    require(tlsdiag::printable(text, text.size()) == text);
}

// The same for each line.
inline void require_sane_lines(std::string_view text)
{
    while (!text.empty())
        require_sane(tlsdiag::take_until(text, '\n'));
}
