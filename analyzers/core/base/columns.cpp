// Measures text in terminal columns, and wraps or cuts it to a width.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/columns.hpp"

#include "core/base/text.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace tlsdiag {

static std::size_t width_of(const Character &character)
{
    if (character.bytes.size() == 1)
        return 1;
    return static_cast<std::size_t>(std::max(utf8proc_charwidth(static_cast<utf8proc_int32_t>(character.code)), 0));
}

std::size_t columns_of(std::string_view text)
{
    std::size_t columns = 0;
    while (!text.empty())
        columns += width_of(take_character(text));
    return columns;
}

// The number of bytes that fit.
static std::size_t bytes_in(std::string_view text, std::size_t columns)
{
    std::size_t bytes = 0;
    while (!text.empty()) {
        const Character character = take_character(text);
        const std::size_t width = width_of(character);
        if (width > columns)
            break;
        columns -= width;
        bytes += character.bytes.size();
    }
    return bytes;
}

std::vector<std::string> wrapped_to(std::string_view text, std::size_t columns, LongWords long_words)
{
    columns = std::max<std::size_t>(columns, 2);
    text = text.substr(0, text.find_last_not_of(' ') + 1);
    std::vector<std::string> lines;
    while (true) {
        const std::size_t fits = bytes_in(text, columns);
        if (fits == text.size())
            break;
        std::size_t blank = text.substr(0, fits + 1).rfind(' ');
        if ((blank == std::string_view::npos || blank == 0) && long_words == LongWords::stay_whole) {
            blank = text.find(' ', fits);
            if (blank == std::string_view::npos)
                break;
        }
        const bool broken = blank == std::string_view::npos || blank == 0;
        const std::size_t end = broken ? fits : blank;
        lines.emplace_back(text.substr(0, text.find_last_not_of(' ', end - 1) + 1));
        text.remove_prefix(broken ? end : end + 1);
    }
    lines.emplace_back(text);
    return lines;
}

std::string wrapped(std::string_view lead, std::string_view text, std::size_t columns)
{
    const std::size_t indent = columns_of(lead);
    std::string lines, before{lead};
    for (const std::string &line : wrapped_to(text, columns - std::min(indent, columns), LongWords::stay_whole)) {
        lines += before + line + '\n';
        before.assign(indent, ' ');
    }
    return lines;
}

std::string padded(std::string_view text, std::size_t columns)
{
    return std::string{text} + std::string(columns - std::min(columns_of(text), columns), ' ');
}

std::string cut_to(std::string_view text, std::size_t columns)
{
    if (bytes_in(text, columns) == text.size())
        return std::string{text};
    return std::string{text.substr(0, bytes_in(text, columns - std::min<std::size_t>(columns, 3)))} + "...";
}

} // namespace tlsdiag
