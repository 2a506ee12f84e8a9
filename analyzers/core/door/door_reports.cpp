// Implements tlsdiag.h: reports, lines and ladders of whole conversations.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/summary.hpp"
#include "core/door/door.hpp"
#include "render/html_page.hpp"
#include "render/ladder_svg.hpp"
#include "render/ladder_text.hpp"
#include "report/report.hpp"

using namespace tlsdiag;

uint32_t tlsdiag_conversations(const tlsdiag_capture *t)
{
    return t->known().conversations();
}

bool tlsdiag_wanted(const tlsdiag_capture *t, uint32_t conversation)
{
    return guarded(false, [&] {
        return conversation < t->known().conversations() &&
               (t->finding_filter.only.empty() || !t->summary(conversation).findings.empty());
    });
}

const char *tlsdiag_json(tlsdiag_capture *t, uint32_t conversation)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (conversation >= t->known().conversations())
            return nullptr;
        t->returned.report = json_line(t->summary(conversation));
        return t->returned.report.c_str();
    });
}

const char *tlsdiag_json_ladder(tlsdiag_capture *t, uint32_t conversation)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (conversation >= t->known().conversations())
            return nullptr;
        const Summary summary = t->summary(conversation);
        t->returned.report = json_line(summary, t->ladder(summary));
        return t->returned.report.c_str();
    });
}

size_t tlsdiag_newly_judged(tlsdiag_capture *t, int64_t seconds, int32_t nanoseconds, const uint32_t **conversations)
{
    *conversations = nullptr;
    return guarded<size_t>(0, [&] {
        t->returned.newly_judged = t->capture.newly_judged(time_of(seconds, nanoseconds));
        *conversations = t->returned.newly_judged.data();
        return t->returned.newly_judged.size();
    });
}

const char *tlsdiag_line(tlsdiag_capture *t, uint32_t conversation)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (conversation >= t->known().conversations())
            return nullptr;
        t->returned.report = text_line(t->summary(conversation));
        return t->returned.report.c_str();
    });
}

const char *tlsdiag_counts(tlsdiag_capture *t, const bool *chosen, uint32_t chosen_count)
{
    return guarded<const char *>("", [&] {
        TextCounts counts;
        t->each(chosen, chosen_count, 0, [&](const Summary &summary) {
            counts.add(summary);
            return false;
        });
        t->returned.report = counts.text(t->known().notes());
        return t->returned.report.c_str();
    });
}

const char *tlsdiag_report_part(tlsdiag_capture *t, const bool *chosen, uint32_t chosen_count, uint32_t *next)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (*next == UINT32_MAX)
            return nullptr;
        if (*next == 0)
            t->report = TextReport{};
        std::string &part = t->returned.report;
        part.clear();
        *next = t->each(chosen, chosen_count, *next, [&](const Summary &summary) {
            part = t->report.add(summary);
            return !part.empty();
        });
        if (part.empty()) {
            part = t->report.end(t->known().notes());
            *next = UINT32_MAX;
        }
        return part.c_str();
    });
}

const char *tlsdiag_report(tlsdiag_capture *t, const bool *chosen, uint32_t chosen_count, size_t columns)
{
    return guarded<const char *>("", [&] {
        TextReport report{columns == 0 ? line_width : columns};
        std::string whole;
        t->each(chosen, chosen_count, 0, [&](const Summary &summary) {
            whole += report.add(summary);
            return false;
        });
        t->returned.report = whole + report.end(t->known().notes());
        return t->returned.report.c_str();
    });
}

bool tlsdiag_has_problem(const tlsdiag_capture *t, uint32_t conversation)
{
    return guarded(false,
                   [&] { return conversation < t->known().conversations() && has_problem(t->summary(conversation)); });
}

void tlsdiag_keep_ladders(tlsdiag_capture *t, tlsdiag_ladders_e kept)
{
    guarded([&] {
        t->catch_up();
        t->ladders.keep(static_cast<Ladders::Keep>(kept));
    });
}

const char *tlsdiag_ladder(tlsdiag_capture *t, uint32_t conversation, const tlsdiag_text_style *style)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (conversation >= t->known().conversations())
            return nullptr;
        const Ladder ladder = t->ladder(t->summary(conversation));
        t->returned.report = text_ladder(ladder, {style->columns, style->utf8, style->colour});
        return t->returned.report.c_str();
    });
}

const char *tlsdiag_svg(tlsdiag_capture *t, uint32_t conversation)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (conversation >= t->known().conversations())
            return nullptr;
        t->returned.report = svg_ladder(t->ladder(t->summary(conversation)));
        return t->returned.report.c_str();
    });
}

const char *tlsdiag_html(tlsdiag_capture *t, const bool *chosen, uint32_t chosen_count, bool healthy_too)
{
    return guarded<const char *>(nullptr, [&] {
        HtmlReport report{healthy_too ? HtmlReport::Draw::all : HtmlReport::Draw::problems};
        for (std::uint32_t number = 0; number < t->known().conversations(); ++number)
            if (!chosen || (number < chosen_count && chosen[number]))
                report.add(t->ladder(t->summary(number)));
        t->returned.report = report.finished(t->known().notes());
        return t->returned.report.c_str();
    });
}
