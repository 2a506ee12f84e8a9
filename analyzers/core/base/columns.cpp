// Measures text in terminal columns, and wraps or cuts it to a width.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/columns.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

struct Glyph {
    std::string_view bytes;
    std::size_t columns = 1;
};

struct Range {
    char32_t first, last;
};

template <std::size_t Count>
static bool in(const std::array<Range, Count> &ranges, char32_t code)
{
    return std::ranges::any_of(ranges, [code](Range range) { return code >= range.first && code <= range.last; });
}

// Unicode blocks of combining marks, and the variation selectors.
constexpr std::array<Range, 13> without_width{{
    {0x0300, 0x036f},
    {0x0483, 0x0489},
    {0x0591, 0x05bd},
    {0x0610, 0x061a},
    {0x064b, 0x065f},
    {0x0900, 0x0902},
    {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x20d0, 0x20ff},
    {0xfe00, 0xfe2f},
    {0xe0100, 0xe01ef},
}};

// Unicode's East Asian Width W and F (UAX #11), by blocks, and emoji.
constexpr std::array<Range, 10> wide{{
    {0x1100, 0x115f},
    {0x2e80, 0x303e},
    {0x3041, 0xa4cf},
    {0xa960, 0xa97f},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0x1f300, 0x1faff},
    {0x20000, 0x3fffd},
}};

static std::size_t size_of(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static char32_t code_of(std::string_view bytes)
{
    const auto lead = static_cast<unsigned char>(bytes.front());
    char32_t code = bytes.size() == 1 ? lead : lead & (0x7fu >> bytes.size());
    for (const char byte : bytes.substr(1))
        code = code << 6 | (static_cast<unsigned char>(byte) & 0x3fu);
    return code;
}

static Glyph take_glyph(std::string_view &text)
{
    const std::string_view bytes = text.substr(0, size_of(static_cast<unsigned char>(text.front())));
    text.remove_prefix(bytes.size());
    if (bytes.size() == 1)
        return {bytes};
    const char32_t code = code_of(bytes);
    return {bytes, in(without_width, code) ? 0u : in(wide, code) ? 2u : 1u};
}

std::size_t columns_of(std::string_view text)
{
    std::size_t columns = 0;
    while (!text.empty())
        columns += take_glyph(text).columns;
    return columns;
}

// The number of bytes that fit.
static std::size_t bytes_in(std::string_view text, std::size_t columns)
{
    std::size_t bytes = 0;
    while (!text.empty()) {
        const Glyph glyph = take_glyph(text);
        if (glyph.columns > columns)
            break;
        columns -= glyph.columns;
        bytes += glyph.bytes.size();
    }
    return bytes;
}

std::vector<std::string> wrapped_to(std::string_view text, std::size_t columns)
{
    columns = std::max<std::size_t>(columns, 2);
    std::vector<std::string> lines;
    while (true) {
        const std::size_t fits = bytes_in(text, columns);
        if (fits == text.size())
            break;
        const std::size_t blank = text.substr(0, fits + 1).rfind(' ');
        const bool broken = blank == std::string_view::npos || blank == 0;
        const std::size_t end = broken ? fits : blank;
        lines.emplace_back(text.substr(0, text.find_last_not_of(' ', end - 1) + 1));
        text.remove_prefix(broken ? end : end + 1);
    }
    lines.emplace_back(text);
    return lines;
}

std::string cut_to(std::string_view text, std::size_t columns)
{
    if (bytes_in(text, columns) == text.size())
        return std::string{text};
    return std::string{text.substr(0, bytes_in(text, columns - std::min<std::size_t>(columns, 3)))} + "...";
}

std::string in_ascii(std::string_view text)
{
    std::string plain;
    while (!text.empty()) {
        const Glyph glyph = take_glyph(text);
        plain +=
            glyph.bytes.size() == 1 ? std::string{glyph.bytes} : "\\u{" + hex(code_of(glyph.bytes), 4).substr(2) + "}";
    }
    return plain;
}

} // namespace tlsdiag
