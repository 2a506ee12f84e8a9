// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <string>
#include <string_view>

namespace tlsdiag {

extern const char *const html_style;

// <name attributes>content</name>; the content is markup already.
std::string element(std::string_view name, std::string_view content, std::string_view attributes = {});

// Classes of what belongs to a conversation, by which the page chooses what is shown.
std::string conversation_classes(const Ladder &ladder);

// A section of the page, to which #c<number> leads.
std::string html_ladder(const Ladder &ladder);

} // namespace tlsdiag
