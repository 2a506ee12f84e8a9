// Formats numbers and text for people.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/text.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace tlsdiag {

static bool is_harmless(char32_t code);
static std::string escaped(char32_t code);
static std::string escaped_byte(std::uint8_t byte);

std::string printable(Bytes bytes, std::size_t limit)
{
    const auto plain = [](std::uint8_t byte) { return byte >= 0x20 && byte < 0x7f; };
    if (bytes.size() <= limit && std::all_of(bytes.begin(), bytes.end(), plain))
        return {reinterpret_cast<const char *>(bytes.data()), bytes.size()}; // the usual case
    std::string text;
    std::string_view rest{reinterpret_cast<const char *>(bytes.data()), bytes.size()};
    while (!rest.empty()) {
        const std::size_t used = bytes.size() - rest.size();
        const Character character = take_character(rest);
        if (used + character.bytes.size() > limit)
            return text + "...";
        if (!character.is_text)
            text += escaped_byte(static_cast<std::uint8_t>(character.bytes.front()));
        else if (is_harmless(character.code))
            text += character.bytes;
        else
            text += escaped(character.code);
    }
    return text;
}

std::string printable(std::string_view text, std::size_t limit)
{
    return printable(Bytes{reinterpret_cast<const std::uint8_t *>(text.data()), text.size()}, limit);
}

bool begins_with_text(Bytes bytes)
{
    constexpr std::size_t shortest = 4;
    const auto end = std::ranges::find_if(bytes, [](std::uint8_t byte) { return byte == '\r' || byte == '\n'; });
    return end - bytes.begin() >= static_cast<std::ptrdiff_t>(shortest) &&
           std::all_of(bytes.begin(), end,
                       [](std::uint8_t byte) { return byte == '\t' || (byte >= ' ' && byte <= '~'); });
}

std::string in_ascii(std::string_view text)
{
    std::string plain;
    while (!text.empty()) {
        const Character character = take_character(text);
        plain += character.code < 0x80 ? std::string{character.bytes} : escaped(character.code);
    }
    return plain;
}

Character take_character(std::string_view &text)
{
    utf8proc_int32_t code = 0;
    const utf8proc_ssize_t size =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(text.data()),
                         static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)), &code);
    const std::string_view bytes = text.substr(0, size > 0 ? static_cast<std::size_t>(size) : 1);
    text.remove_prefix(bytes.size());
    return size > 0 ? Character{bytes, static_cast<char32_t>(code), true} : Character{bytes};
}

// Controls, marks that change the direction of text, and what nobody sees.
static bool is_harmless(char32_t code)
{
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(code))) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    case UTF8PROC_CATEGORY_CN:
        return code != 0x2065 && (code < 0xe0000 || code > 0xe007f); // reserved for more of the same
    default:
        return true;
    }
}

static std::string digits_of(std::uint64_t value, std::size_t least)
{
    std::string digits;
    for (; value != 0 || digits.size() < least; value >>= 4)
        digits.insert(digits.begin(), "0123456789abcdef"[value & 0xf]);
    return digits;
}

static std::string escaped_byte(std::uint8_t byte)
{
    return "\\x" + digits_of(byte, 2);
}

static std::string escaped(char32_t code)
{
    return code < 0x80 ? escaped_byte(static_cast<std::uint8_t>(code)) : "\\u{" + digits_of(code, 4) + "}";
}

std::string digit_groups(std::uint64_t value)
{
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3; at -= 3)
        digits.insert(at - 3, ",");
    return digits;
}

std::string hex(std::uint64_t value, int digits)
{
    return "0x" + digits_of(value, static_cast<std::size_t>(std::clamp(digits, 1, 16)));
}

std::string hex_bytes(Bytes bytes, std::size_t limit)
{
    std::string text;
    for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), limit)))
        text += (text.empty() ? "" : " ") + digits_of(byte, 2);
    return bytes.size() > limit ? text + " ..." : text;
}

std::string plural(std::uint64_t count, std::string_view one, std::string_view many)
{
    return digit_groups(count) + " " + std::string{count == 1 ? one : many};
}

std::string frames_text(std::uint32_t first, std::uint32_t last)
{
    const std::string number = std::to_string(first);
    return last <= first ? "frame " + number : "frames " + number + " to " + std::to_string(last);
}

std::string frames_text(const std::vector<std::uint32_t> &frames)
{
    std::vector<std::string> numbers;
    for (const std::uint32_t frame : frames)
        numbers.push_back(std::to_string(frame));
    return (frames.size() == 1 ? "frame " : "frames ") + join(numbers, ", ");
}

std::string join(const std::vector<std::string> &parts, std::string_view between)
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i != 0)
            text += between;
        text += parts[i];
    }
    return text;
}

std::string_view take_until(std::string_view &rest, char separator)
{
    const std::size_t end = rest.find(separator);
    const std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return part;
}

std::vector<std::string_view> words_of(std::string_view list, std::string_view separators)
{
    std::vector<std::string_view> words;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(separators), list.size());
        std::string_view word = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
        if (!word.empty())
            words.push_back(word.substr(0, word.find_last_not_of(' ') + 1));
    }
    return words;
}

std::vector<TableRow> table_rows(std::string_view text)
{
    std::vector<TableRow> rows;
    for (std::size_t number = 1; !text.empty(); ++number) {
        std::string_view line = take_until(text, '\n');
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty() || line.starts_with('#'))
            continue;
        rows.push_back({number, {}});
        for (auto left = std::ranges::count(line, '\t'); left >= 0; --left) // the last column may be empty
            rows.back().columns.push_back(take_until(line, '\t'));
    }
    return rows;
}

} // namespace tlsdiag
