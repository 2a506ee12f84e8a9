// Wraps and pads text, counted in characters.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/layout.hpp"

#include <algorithm>

namespace tlsdiag {

std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t columns)
{
    const std::size_t used = width(text);
    return std::string{text} + std::string(used < columns ? columns - used : 0, ' ');
}

std::string wrapped(std::string_view lead, std::string_view text, std::size_t columns)
{
    const std::string indent(width(lead), ' ');
    std::string lines, line{lead};
    std::size_t begin = 0;
    for (bool first_of_line = true; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        begin = end + 1;
        if (!first_of_line && width(line) + 1 + width(word) > columns) {
            lines += line + '\n';
            line = indent;
            first_of_line = true;
        }
        if (!first_of_line)
            line += ' ';
        line += word;
        first_of_line = false;
    }
    return lines + line + '\n';
}

} // namespace tlsdiag
