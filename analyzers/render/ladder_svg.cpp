// Draws a ladder as SVG. A monospaced font and counted columns keep texts from overlapping in any viewer. Colours are
// written out instead of using CSS variables, because few SVG viewers other than browsers support those.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/ladder_svg.hpp"

#include "core/base/columns.hpp"
#include "core/base/text.hpp"
#include "core/base/time_text.hpp"
#include "render/markup.hpp"
#include "render/row_phrases.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

namespace {

constexpr const char *style = R"css(
text{font:13px ui-monospace,"DejaVu Sans Mono","Liberation Mono",Menlo,Consolas,monospace;fill:#1f2328}
.page{fill:#fff}
.strong{font-weight:bold}
.quiet{fill:#59636e}
.lane{stroke:#8c959f;stroke-width:2}
.broken{stroke-dasharray:2 6}
.arrow{stroke:#0550ae;stroke-width:1.6}
.head{fill:#0550ae}
.server .arrow{stroke:#7a3e9d}
.server .head{fill:#7a3e9d}
.encrypted .arrow{stroke-dasharray:2 3}
.again .arrow,.missing .arrow{stroke-dasharray:9 5}
.again .arrow,.missing .arrow,.transport .arrow{stroke:#59636e}
.again .head,.missing .head,.transport .head{fill:#59636e}
.breaks .arrow{stroke:#b42318}
.breaks .head,.error,.failed{fill:#b42318}
.warning,.abandoned,.unfinished{fill:#875200}
.note,.unseen{fill:#59636e}
.completed{fill:#116329}
.hit{fill:none}
:target>.hit{fill:#fff3c4}
a:hover text,a:focus text{text-decoration:underline}
@media screen and (prefers-color-scheme:dark){
text{fill:#e6edf3}
.page{fill:#15191e}
.quiet,.note,.unseen{fill:#9aa4af}
.lane{stroke:#6e7681}
.arrow{stroke:#79b8ff}
.head{fill:#79b8ff}
.server .arrow{stroke:#d2a8ff}
.server .head{fill:#d2a8ff}
.again .arrow,.missing .arrow,.transport .arrow{stroke:#9aa4af}
.again .head,.missing .head,.transport .head{fill:#9aa4af}
.breaks .arrow{stroke:#ff8f85}
.breaks .head,.error,.failed{fill:#ff8f85}
.warning,.abandoned,.unfinished{fill:#f0b74d}
.completed{fill:#6fdd8b}
:target>.hit{fill:#3a3413}
}
)css";

// In drawing units. A column is a little wider than in the widest of the fonts.
constexpr int margin = 20, line = 18, width = 860;
constexpr int left_lane = 170, right_lane = width - margin, inset = 14;
constexpr double column = 7.85;
constexpr std::size_t page_columns = 104, lane_columns = 80, gutter_columns = 17;
static_assert(page_columns * column <= width - 2 * margin);
static_assert(gutter_columns * column <= left_lane - inset - margin);
static_assert(lane_columns * column <= right_lane - left_lane - 2 * inset);

std::string attribute(std::string_view name, int value)
{
    return ' ' + std::string{name} + "=\"" + std::to_string(value) + '"';
}

class SvgDrawing {
public:
    explicit SvgDrawing(const Ladder &ladder) : ladder_{ladder} {}
    std::string finished();

private:
    // `start`: the text starts at x; `end`: it ends there.
    enum class Anchor : std::uint8_t { start, middle, end };
    void text(int x, int y, std::string_view css, std::string_view text, Anchor anchor = Anchor::start);
    void paragraph(int x, std::string_view css, std::string_view text, std::size_t columns);
    void lanes(int top, int bottom, bool broken = false);

    void heading();
    void row(std::size_t number);
    void gutter(const Ladder::Row &row);
    void label(const Ladder::Row &row);
    void arrow(const Ladder::Row &row);
    void marks(const Ladder::Row &row);
    void verdict();
    void finding(std::size_t number);

    const Ladder &ladder_;
    std::string out_;
    int y_ = margin; // everything above is drawn
};

// Fonts for other scripts may ignore the columns: textLength tells the viewer how long the line is.
void SvgDrawing::text(int x, int y, std::string_view css, std::string_view text, Anchor anchor)
{
    if (text.empty())
        return;
    out_ += "<text" + attribute("x", x) + attribute("y", y);
    if (!css.empty())
        out_ += " class=\"" + std::string{css} + '"';
    if (anchor != Anchor::start)
        out_ += anchor == Anchor::end ? " text-anchor=\"end\"" : " text-anchor=\"middle\"";
    const bool ascii = std::ranges::none_of(text, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
    if (!ascii)
        out_ += attribute("textLength", static_cast<int>(static_cast<double>(columns_of(text)) * column)) +
                " lengthAdjust=\"spacingAndGlyphs\"";
    out_ += '>' + markup(text) + "</text>\n";
}

void SvgDrawing::paragraph(int x, std::string_view css, std::string_view words, std::size_t columns)
{
    if (words.empty())
        return;
    for (const std::string &one : wrapped_to(words, columns)) {
        y_ += line;
        text(x, y_, css, one);
    }
}

void SvgDrawing::lanes(int top, int bottom, bool broken)
{
    std::string path;
    for (const int x : {left_lane, right_lane})
        path += 'M' + std::to_string(x) + ' ' + std::to_string(top) + 'v' + std::to_string(bottom - top);
    out_ += "<path class=\"" + std::string{broken ? "lane broken" : "lane"} + "\" d=\"" + path + "\"/>\n";
}

void SvgDrawing::heading()
{
    std::vector<std::string> about{"Conversation " + std::to_string(ladder_.number)};
    for (const std::string &part : {ladder_.version.empty() ? ladder_.protocol : ladder_.version, ladder_.filter,
                                    frames_text(ladder_.first_frame, ladder_.last_frame), when_text(ladder_)}) {
        if (!part.empty())
            about.push_back(part);
    }
    const std::string name = ladder_.sni.empty() ? "" : ", " + ladder_.sni;
    paragraph(margin, "strong", ladder_.client + " → " + ladder_.server + name, page_columns);
    paragraph(margin, "quiet", join(about, " · "), page_columns);
    for (const Ladder::Property &property : ladder_.properties)
        paragraph(margin, "quiet", property.name + ": " + property.text, page_columns);
    y_ += 2 * line;
    text(left_lane, y_, "strong", "client " + ladder_.client);
    text(right_lane, y_, "strong", "server " + ladder_.server, Anchor::end);
    y_ += line / 2;
}

void SvgDrawing::row(std::size_t number)
{
    const Ladder::Row &row = ladder_.rows[number];
    const bool silence = row.kind == Ladder::Kind::silence;
    const std::string_view direction = direction_text(row);
    const int top = y_;
    out_ += "<g role=\"listitem\" id=\"row-" + std::to_string(number) + "\" class=\"" + row_classes(row) + "\">";
    if (!direction.empty())
        out_ += "<title>" + std::string{direction} + "</title>";
    const auto begin = out_.size();
    gutter(row);
    const int gutter_end = std::exchange(y_, silence ? top + line / 2 : top);
    label(row);
    arrow(row);
    marks(row);
    y_ = std::max(y_, gutter_end) + (silence ? line : 6);
    lanes(top, y_, silence);
    out_.insert(begin, "<rect class=\"hit\"" + attribute("x", 0) + attribute("y", top + 3) + attribute("width", width) +
                           attribute("height", y_ - top) + "/>\n");
    out_ += "</g>\n";
}

void SvgDrawing::gutter(const Ladder::Row &row)
{
    if (row.frame == 0)
        return;
    for (const std::string &one : wrapped_to(frames_text(row.frame, row.last_frame), gutter_columns)) {
        y_ += line;
        text(left_lane - inset, y_, "strong", one, Anchor::end);
    }
    y_ += line;
    text(left_lane - inset, y_, "quiet", clock_text(row.seconds) + " s", Anchor::end);
}

void SvgDrawing::label(const Ladder::Row &row)
{
    std::string label = row.label;
    if (const std::string more = qualifier(row); !more.empty())
        label += " (" + more + ')';
    const bool aside = row.kind == Ladder::Kind::note || row.kind == Ladder::Kind::silence;
    const std::string_view css = row.breaks ? "strong error" : aside ? "quiet" : "strong";
    paragraph(left_lane + inset, css, label, lane_columns);
    paragraph(left_lane + inset, aside ? "quiet" : "", join(row.words, "; "), lane_columns);
}

// From lane to lane; a lost packet's arrow stops half way, and the arrow of missing data has no start.
void SvgDrawing::arrow(const Ladder::Row &row)
{
    const bool missing = row.kind == Ladder::Kind::missing;
    if (!is_arrow(row) && !missing)
        return;
    const bool rightwards = row.from == Ladder::Lane::client;
    const int middle = (left_lane + right_lane) / 2, forward = rightwards ? 1 : -1;
    const int from = rightwards ? left_lane : right_lane;
    const int to = row.lost || missing ? middle : rightwards ? right_lane : left_lane;
    y_ += line / 2 + 2;
    out_ += "<path class=\"arrow\" d=\"M" + std::to_string(from) + ' ' + std::to_string(y_) + 'H' + std::to_string(to) +
            "\"/>\n";
    if (missing)
        return text(to + forward * 10, y_ + 5, "strong quiet", "?", Anchor::middle);
    if (row.lost)
        return text(to + forward * 6, y_ + 5, "strong error", "x", Anchor::middle);
    out_ += "<path class=\"head\" d=\"M" + std::to_string(to) + ' ' + std::to_string(y_) + 'l' +
            std::to_string(-11 * forward) + "-5v10z\"/>\n";
}

void SvgDrawing::marks(const Ladder::Row &row)
{
    for (const std::size_t index : row.findings) {
        const Ladder::Finding &finding = ladder_.findings.at(index);
        out_ += "<a href=\"#finding-" + std::to_string(index) + "\">\n";
        paragraph(left_lane + inset, "strong " + finding.severity, mark_text(finding), lane_columns);
        out_ += "</a>\n";
    }
}

void SvgDrawing::verdict()
{
    y_ += line;
    paragraph(margin, "strong " + ladder_.outcome,
              ladder_.outcome + (ladder_.cause.empty() ? "" : ": " + ladder_.cause), page_columns);
    paragraph(margin, "", ladder_.verdict, page_columns);
}

void SvgDrawing::finding(std::size_t number)
{
    const Ladder::Finding &finding = ladder_.findings[number];
    constexpr int indent = margin + 2 * line;
    constexpr std::size_t indented = page_columns - 5;
    y_ += line / 2;
    out_ += "<g role=\"listitem\" id=\"finding-" + std::to_string(number) + "\">\n";
    const std::string row = finding.row ? "<a href=\"#row-" + std::to_string(*finding.row) + "\">\n" : "";
    out_ += row;
    paragraph(margin, "strong " + finding.severity,
              finding.severity + " " + finding.id + ": frame " + std::to_string(finding.frame) + ", " +
                  fault_text(finding),
              page_columns);
    out_ += row.empty() ? "" : "</a>\n";
    paragraph(indent, "", finding.title + ": " + finding.detail, indented);
    paragraph(indent, "", "-> " + finding.remedy, indented);
    for (const std::string &hint : finding.hints)
        paragraph(indent, "quiet", "*  " + hint, indented);
    if (finding.evidence.size() > 1)
        paragraph(indent, "quiet", "See " + frames_text(finding.evidence) + ".", indented);
    out_ += "</g>\n";
}

std::string SvgDrawing::finished()
{
    heading();
    out_ += "<g role=\"list\" aria-label=\"What was sent\">\n";
    for (std::size_t number = 0; number < ladder_.rows.size(); ++number)
        row(number);
    out_ += "</g>\n";
    verdict();
    if (!ladder_.findings.empty()) {
        out_ += "<g role=\"list\" aria-label=\"Findings\">\n";
        for (const std::size_t number : cause_first(ladder_))
            finding(number);
        out_ += "</g>\n";
    }
    const int height = y_ + margin;
    const std::string size = std::to_string(width) + ' ' + std::to_string(height);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " +
           size + '"' + attribute("width", width) + attribute("height", height) +
           " role=\"graphics-document\" lang=\"en\" aria-labelledby=\"title\" aria-describedby=\"description\">\n"
           "<title id=\"title\">TLS handshake: " +
           markup(ladder_.client + " to " + ladder_.server) + "</title>\n<desc id=\"description\">" +
           markup(ladder_.outcome + ". " + ladder_.verdict) + " Frame numbers are Wireshark's.</desc>\n<style>" +
           style + "</style>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n" + out_ + "</svg>\n";
}

} // namespace

std::string svg_ladder(const Ladder &ladder)
{
    return SvgDrawing{ladder}.finished();
}

} // namespace tlsdiag
