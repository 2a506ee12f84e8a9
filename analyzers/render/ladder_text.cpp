// Draws a ladder as text: lanes and arrows on top, the verdict and the findings below.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/ladder_text.hpp"

#include "core/base/columns.hpp"
#include "core/base/text.hpp"
#include "core/base/time_text.hpp"
#include "render/row_phrases.hpp"

#include <algorithm>
#include <array>

namespace tlsdiag {

namespace {

enum class Tone : std::uint8_t { plain, faint, bold, good, bad, doubtful };

// ECMA-48, 8.3.117.
constexpr std::string_view code_of(Tone tone)
{
    constexpr std::array<std::string_view, 6> codes{"", "2", "1", "32", "1;31", "33"};
    return codes[static_cast<std::size_t>(tone)];
}

struct Glyphs {
    std::string_view lane, from_left, from_right, left, right, line, dashes, heavy, lost, broken, finding, to;
};
constexpr Glyphs boxes{"│", "├", "┤", "◀", "▶", "─", "╌", "━", "✗", "┊", "▲", "→"};
constexpr Glyphs ascii{"|", "|", "|", "<", ">", "-", ".", "=", "x", ":", "^", "->"};

class TextDrawing {
public:
    TextDrawing(const Ladder &ladder, const TextStyle &style);
    std::string draw();

private:
    void title();
    void properties();
    void heading();
    void row(const Ladder::Row &row);
    void arrow(const Ladder::Row &row);
    void beside(const Ladder::Row &row);
    void across(const Ladder::Row &row);
    void words(const Ladder::Row &row);
    void findings_of(const Ladder::Row &row);
    void verdict();
    void finding(std::size_t index);

    void between_lanes(const std::string &gutter, std::string_view text, std::size_t columns, Tone tone);
    void paragraph(std::string_view lead, std::string_view text, Tone tone = Tone::plain);
    std::string gutter(const Ladder::Row &row) const;
    std::size_t indent(Ladder::Lane lane) const { return lane == Ladder::Lane::client ? 4 : inner_ / 4; }

    std::string say(std::string_view text) const;
    std::string paint(std::string_view text, Tone tone) const;
    static std::string repeated(std::string_view glyph, std::size_t times);
    static Tone tone_of(const Ladder::Finding &finding);

    const Ladder &ladder_;
    const TextStyle style_;
    const Glyphs &glyphs_;
    std::size_t width_;
    std::size_t frame_width_ = 5;
    std::size_t seconds_width_ = 9;
    std::size_t gutter_width_;
    std::size_t inner_; // columns between the lanes
    std::string out_;
};

std::string right_aligned(std::string_view text, std::size_t columns)
{
    return std::string(columns - std::min(columns, text.size()), ' ') + std::string{text};
}

TextDrawing::TextDrawing(const Ladder &ladder, const TextStyle &style)
    : ladder_{ladder}, style_{style}, glyphs_{style.utf8 ? boxes : ascii}, width_{std::clamp(style.columns,
                                                                                             TextStyle::narrowest,
                                                                                             TextStyle::widest)}
{
    for (const Ladder::Row &row : ladder.rows) {
        frame_width_ = std::max(frame_width_, std::to_string(row.frame).size());
        seconds_width_ = std::max(seconds_width_, clock_text(row.seconds).size());
    }
    gutter_width_ = frame_width_ + seconds_width_ + 4;
    inner_ = width_ - gutter_width_ - 2;
}

std::string TextDrawing::repeated(std::string_view glyph, std::size_t times)
{
    std::string text;
    for (; times > 0; --times)
        text += glyph;
    return text;
}

std::string TextDrawing::paint(std::string_view text, Tone tone) const
{
    if (!style_.colour || tone == Tone::plain)
        return std::string{text};
    return "\x1b[" + std::string{code_of(tone)} + "m" + std::string{text} + "\x1b[0m";
}

// Text in a ladder is already harmless, but a terminal should not depend on that.
std::string TextDrawing::say(std::string_view text) const
{
    constexpr std::size_t longest = 4096;
    const std::string harmless = printable(text, longest);
    return style_.utf8 ? harmless : in_ascii(harmless);
}

Tone TextDrawing::tone_of(const Ladder::Finding &finding)
{
    return finding.severity == "error" ? Tone::bad : finding.is_problem ? Tone::doubtful : Tone::faint;
}

// ---- Above the lanes ----

void TextDrawing::title()
{
    std::vector<std::string> parts{"Conversation " + std::to_string(ladder_.number),
                                   say(ladder_.client) + " " + std::string{glyphs_.to} + " " + say(ladder_.server)};
    if (!ladder_.filter.empty())
        parts.push_back(say(ladder_.filter));
    if (ladder_.protocol != "TLS")
        parts.push_back(say(ladder_.protocol));
    for (const std::string &line : wrapped_to(join(parts, "   "), width_))
        out_ += paint(line, Tone::bold) + '\n';
}

void TextDrawing::properties()
{
    constexpr std::size_t name_width = 20;
    const auto property = [&](std::string_view name, std::string_view text) {
        const std::string label = cut_to(say(name), name_width - 2);
        paragraph("  " + label + std::string(name_width - columns_of(label), ' '), text);
    };
    property("When", frames_text(ladder_.first_frame, ladder_.last_frame) + ", from " + when_text(ladder_));
    for (const Ladder::Property &one : ladder_.properties)
        property(one.name, one.text);
    out_ += '\n';
}

void TextDrawing::heading()
{
    const std::string names = "client" + std::string(inner_ + 2 - 12, ' ') + "server";
    out_ +=
        paint(right_aligned("frame", frame_width_ + 1) + right_aligned("seconds", seconds_width_ + 1) + "  " + names,
              Tone::faint) +
        '\n';
}

// ---- The lanes ----

std::string TextDrawing::gutter(const Ladder::Row &row) const
{
    if (row.frame == 0)
        return std::string(gutter_width_, ' ');
    return paint(right_aligned(std::to_string(row.frame), frame_width_ + 1) +
                     right_aligned(clock_text(row.seconds), seconds_width_ + 1) + "  ",
                 Tone::faint);
}

// One line; its text takes `columns` columns.
void TextDrawing::between_lanes(const std::string &gutter, std::string_view text, std::size_t columns, Tone tone)
{
    const std::size_t rest = inner_ - std::min(inner_, columns);
    out_ += gutter + std::string{glyphs_.lane} + paint(text, tone) + std::string(rest, ' ') +
            std::string{glyphs_.lane} + '\n';
}

void TextDrawing::arrow(const Ladder::Row &row)
{
    const bool rightwards = row.from == Ladder::Lane::client;
    const std::string_view line = row.breaks                            ? glyphs_.heavy
                                  : row.kind == Ladder::Kind::encrypted ? glyphs_.dashes
                                                                        : glyphs_.line;
    const std::string said = row.label + (row.decrypted ? " (decrypted)" : "");
    const std::string label = " " + cut_to(say(said), inner_ - 8) + " ";
    const std::size_t shaft = inner_ - 3 - columns_of(label);
    const std::size_t missed = row.lost ? shaft / 4 : 0;
    const std::string tail = repeated(line, 2), body = repeated(line, shaft - missed);
    const std::string head{row.lost ? glyphs_.lost : rightwards ? glyphs_.right : glyphs_.left};
    const std::string air(missed, ' ');
    const Tone tone = row.breaks ? Tone::bad : Tone::plain;
    if (rightwards)
        out_ += gutter(row) + std::string{glyphs_.from_left} + paint(tail + label + body + head, tone) + air +
                std::string{glyphs_.lane} + '\n';
    else
        out_ += gutter(row) + std::string{glyphs_.lane} + air + paint(head + body + label + tail, tone) +
                std::string{glyphs_.from_right} + '\n';
}

// At the sender's lane.
void TextDrawing::beside(const Ladder::Row &row)
{
    const std::string label = "? " + cut_to(say(row.label), inner_ - 6);
    const std::size_t columns = columns_of(label);
    const std::size_t before = row.from == Ladder::Lane::client ? 2 : inner_ - 2 - columns;
    between_lanes(gutter(row), std::string(before, ' ') + label, before + columns, Tone::doubtful);
}

// A break in the lanes, or a remark across both.
void TextDrawing::across(const Ladder::Row &row)
{
    const bool silence = row.kind == Ladder::Kind::silence;
    const std::string_view lane = silence ? glyphs_.broken : glyphs_.lane;
    const std::string text = join(row.words, "; ");
    const std::string all = silence ? row.label + (text.empty() ? "" : ": " + text) : "(" + row.label + ")";
    const Tone tone = row.breaks ? Tone::bad : silence ? Tone::doubtful : Tone::faint;
    const std::string empty =
        std::string(gutter_width_, ' ') + std::string{lane} + std::string(inner_, ' ') + std::string{lane} + '\n';
    out_ += silence ? empty : "";
    for (const std::string &line : wrapped_to(say(all), inner_ - 4)) {
        const std::size_t columns = columns_of(line);
        const std::size_t before = (inner_ - columns) / 2;
        out_ += std::string(gutter_width_, ' ') + std::string{lane} + std::string(before, ' ') + paint(line, tone) +
                std::string(inner_ - columns - before, ' ') + std::string{lane} + '\n';
    }
    out_ += silence ? empty : "";
}

void TextDrawing::words(const Ladder::Row &row)
{
    if (row.words.empty())
        return;
    const std::size_t before = indent(row.from);
    for (const std::string &line : wrapped_to(say(join(row.words, "; ")), inner_ - before - 2))
        between_lanes(std::string(gutter_width_, ' '), std::string(before, ' ') + line, before + columns_of(line),
                      Tone::plain);
}

void TextDrawing::findings_of(const Ladder::Row &row)
{
    const std::size_t before = indent(row.from);
    for (const std::size_t index : row.findings) {
        const Ladder::Finding &finding = ladder_.findings[index];
        const std::string text = std::string{glyphs_.finding} + " [" + std::to_string(index + 1) + "] " + finding.id +
                                 (finding.is_cause ? ", the cause: " + finding.side + " at fault" : "");
        for (const std::string &line : wrapped_to(text, inner_ - before - 2))
            between_lanes(std::string(gutter_width_, ' '), std::string(before, ' ') + line, before + columns_of(line),
                          tone_of(finding));
    }
}

void TextDrawing::row(const Ladder::Row &row)
{
    switch (row.kind) {
    case Ladder::Kind::silence:
    case Ladder::Kind::note:
        across(row);
        break;
    case Ladder::Kind::missing:
        beside(row);
        words(row);
        break;
    default:
        arrow(row);
        words(row);
    }
    findings_of(row);
}

// ---- Below the lanes ----

// Wrapped text: the first line follows `lead`, the other lines are indented by its width.
void TextDrawing::paragraph(std::string_view lead, std::string_view text, Tone tone)
{
    const std::size_t indent = columns_of(lead);
    std::string before{lead};
    for (const std::string &line : wrapped_to(say(text), width_ - indent)) {
        out_ += paint(before, tone) + line + '\n';
        before = std::string(indent, ' ');
    }
}

void TextDrawing::finding(std::size_t index)
{
    const Ladder::Finding &finding = ladder_.findings[index];
    const std::string number = "  [" + std::to_string(index + 1) + "] ";
    const std::string indent(number.size(), ' ');
    out_ += '\n';
    paragraph(number,
              finding.severity + " " + finding.id + ", frame " + std::to_string(finding.frame) + ": " +
                  fault_text(finding),
              tone_of(finding));
    if (!finding.detail.empty())
        paragraph(indent, finding.detail);
    paragraph(indent + "-> ", finding.remedy);
    for (const std::string &hint : finding.hints)
        paragraph(indent + "*  ", hint);
    if (finding.evidence.size() > 1)
        paragraph(indent, "See " + frames_text(finding.evidence) + ".");
}

void TextDrawing::verdict()
{
    const Tone tone = ladder_.outcome == "completed" ? Tone::good
                      : ladder_.outcome == "failed"  ? Tone::bad
                                                     : Tone::bold;
    out_ += '\n';
    paragraph("  " + ladder_.outcome + "  ", ladder_.verdict, tone);
    for (std::size_t index = 0; index < ladder_.findings.size(); ++index)
        finding(index);
}

std::string TextDrawing::draw()
{
    title();
    properties();
    if (!ladder_.rows.empty())
        heading();
    for (const Ladder::Row &one : ladder_.rows)
        row(one);
    verdict();
    return std::move(out_);
}

} // namespace

std::string text_ladder(const Ladder &ladder, const TextStyle &style)
{
    return TextDrawing{ladder, style}.draw();
}

} // namespace tlsdiag
