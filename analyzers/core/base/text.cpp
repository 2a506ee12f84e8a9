// Formats numbers and text for people.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/text.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

struct Character {
    char32_t code = 0;
    std::size_t size = 0; // in bytes; 0: not UTF-8
};

static Character decode(Bytes bytes);
static bool is_harmless(char32_t code);
static std::string escaped(char32_t code);
static std::string escaped_byte(std::uint8_t byte);

std::string printable(Bytes bytes, std::size_t limit)
{
    const auto plain = [](std::uint8_t byte) { return byte >= 0x20 && byte < 0x7f; };
    if (bytes.size() <= limit && std::all_of(bytes.begin(), bytes.end(), plain))
        return {reinterpret_cast<const char *>(bytes.data()), bytes.size()}; // the usual case
    std::string text;
    std::size_t at = 0;
    while (at < bytes.size()) {
        const Character character = decode(bytes.subspan(at));
        const std::size_t size = std::max<std::size_t>(character.size, 1);
        if (at + size > limit)
            break;
        if (character.size == 0)
            text += escaped_byte(bytes[at]);
        else if (is_harmless(character.code))
            text.append(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                        bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
        else
            text += escaped(character.code);
        at += size;
    }
    if (at < bytes.size())
        text += "...";
    return text;
}

std::string printable(std::string_view text, std::size_t limit)
{
    return printable(Bytes{reinterpret_cast<const std::uint8_t *>(text.data()), text.size()}, limit);
}

// RFC 3629, 4: the smallest code point of each length excludes overlong forms.
static Character decode(Bytes bytes)
{
    struct Form {
        std::uint8_t mask, lead;
        std::size_t size;
        char32_t smallest;
    };
    constexpr std::array<Form, 4> forms{
        {{0x80, 0x00, 1, 0}, {0xe0, 0xc0, 2, 0x80}, {0xf0, 0xe0, 3, 0x800}, {0xf8, 0xf0, 4, 0x10000}}};
    for (const Form &form : forms) {
        if ((bytes[0] & form.mask) != form.lead)
            continue;
        if (bytes.size() < form.size)
            return {};
        char32_t code = bytes[0] & ~form.mask & 0xffu;
        for (const std::uint8_t byte : bytes.subspan(1, form.size - 1)) {
            if ((byte & 0xc0) != 0x80)
                return {};
            code = code << 6 | (byte & 0x3fu);
        }
        const bool surrogate = code >= 0xd800 && code <= 0xdfff;
        if (code < form.smallest || code > 0x10ffff || surrogate)
            return {};
        return {code, form.size};
    }
    return {};
}

static bool is_harmless(char32_t code)
{
    struct Range {
        char32_t first, last;
    };
    constexpr std::array<Range, 9> harmful{{
        {0x00, 0x1f},       // C0
        {0x7f, 0x9f},       // DEL and C1
        {0x061c, 0x061c},   // Arabic letter mark
        {0x200b, 0x200f},   // zero width, and direction marks
        {0x2028, 0x202e},   // line and paragraph separator, embeddings and overrides
        {0x2060, 0x206f},   // zero width, and isolates
        {0xfeff, 0xfeff},   // byte order mark
        {0xfff9, 0xfffb},   // interlinear annotation
        {0xe0000, 0xe007f}, // tags
    }};
    return std::ranges::none_of(harmful, [code](Range range) { return code >= range.first && code <= range.last; });
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

} // namespace tlsdiag
