// Escapes text for XML and HTML.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/markup.hpp"

#include "core/base/text.hpp"

#include <array>
#include <utility>

namespace tlsdiag {

std::string markup(std::string_view text)
{
    // The last two are valid UTF-8, but not allowed in XML (XML 1.0, 2.2).
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> replacements{
        {{"&", "&amp;"},
         {"<", "&lt;"},
         {">", "&gt;"},
         {"\"", "&quot;"},
         {"'", "&#39;"},
         {"\xef\xbf\xbe", "\\u{fffe}"},
         {"\xef\xbf\xbf", "\\u{ffff}"}}};
    const std::string harmless = printable(text, text.size());
    std::string safe;
    for (std::string_view rest = harmless; !rest.empty();) {
        std::string_view taken = rest.substr(0, 1), written = taken;
        for (const auto &[from, to] : replacements) {
            if (rest.starts_with(from)) {
                taken = from;
                written = to;
            }
        }
        safe += written;
        rest.remove_prefix(taken.size());
    }
    return safe;
}

} // namespace tlsdiag
