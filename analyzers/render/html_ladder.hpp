// One conversation of the HTML page, and the HTML elements it is made of.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <string>
#include <string_view>

namespace tlsdiag {

extern const char *const html_style;

// <name attributes>content</name>; the content is already markup.
std::string element(std::string_view name, std::string_view content, std::string_view attributes = {});

// The CSS classes of a conversation, by which the page selects what it shows.
std::string conversation_classes(const Ladder &ladder);

// The section of the page that #c<number> links to.
std::string html_ladder(const Ladder &ladder);

} // namespace tlsdiag
