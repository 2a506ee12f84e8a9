// The door to what is said of whole conversations: reports, lines, ladders.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/door.hpp"
#include "ladder/text.hpp"
#include "report/report.hpp"
#include "report/words.hpp"

using namespace tlsdiag;

static std::vector<const Summary *> pointers(const std::vector<Summary> &summaries)
{
    std::vector<const Summary *> all;
    for (const Summary &summary : summaries)
        all.push_back(&summary);
    return all;
}

uint32_t tlsdiag_conversations(tlsdiag_capture *t)
{
    return t->capture.conversations();
}

bool tlsdiag_wanted(tlsdiag_capture *t, uint32_t conversation)
{
    return guarded(false, [&] {
        return conversation < t->capture.conversations() &&
               (t->choice.only.empty() || !t->summary(conversation).findings.empty());
    });
}

const char *tlsdiag_json(tlsdiag_capture *t, uint32_t conversation)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (conversation >= t->capture.conversations())
            return nullptr;
        t->shelf.report = json_line(t->summary(conversation));
        return t->shelf.report.c_str();
    });
}

const char *tlsdiag_json_ladder(tlsdiag_capture *t, uint32_t conversation)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (conversation >= t->capture.conversations())
            return nullptr;
        const Summary summary = t->summary(conversation);
        t->shelf.report = json_line(summary, t->capture.ladder(summary));
        return t->shelf.report.c_str();
    });
}

size_t tlsdiag_news(tlsdiag_capture *t, int64_t seconds, int32_t nanoseconds, const uint32_t **conversations)
{
    *conversations = nullptr;
    return guarded<size_t>(0, [&] {
        t->shelf.news = t->capture.news(time_of(seconds, nanoseconds));
        *conversations = t->shelf.news.data();
        return t->shelf.news.size();
    });
}

const char *tlsdiag_line(tlsdiag_capture *t, uint32_t conversation)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (conversation >= t->capture.conversations())
            return nullptr;
        t->shelf.report = text_line(t->summary(conversation));
        return t->shelf.report.c_str();
    });
}

const char *tlsdiag_counts(tlsdiag_capture *t, const bool *chosen, uint32_t chosen_count)
{
    return guarded<const char *>("", [&] {
        const std::vector<Summary> summaries = t->summaries(chosen, chosen_count);
        t->shelf.report = text_counts(pointers(summaries), t->capture.notes());
        return t->shelf.report.c_str();
    });
}

const char *tlsdiag_report(tlsdiag_capture *t, const bool *chosen, uint32_t chosen_count)
{
    return guarded<const char *>("", [&] {
        const std::vector<Summary> summaries = t->summaries(chosen, chosen_count);
        t->shelf.report = text_report(pointers(summaries), t->capture.notes());
        return t->shelf.report.c_str();
    });
}

bool tlsdiag_has_problem(tlsdiag_capture *t, uint32_t conversation)
{
    return guarded(false,
                   [&] { return conversation < t->capture.conversations() && has_problem(t->summary(conversation)); });
}

void tlsdiag_keep_ladders(tlsdiag_capture *t, tlsdiag_ladders_e kept)
{
    t->capture.keep_ladders(static_cast<Ladders::Keep>(kept));
}

const char *tlsdiag_ladder(tlsdiag_capture *t, uint32_t conversation, const tlsdiag_text_style *style)
{
    return guarded<const char *>(nullptr, [&]() -> const char * {
        if (conversation >= t->capture.conversations())
            return nullptr;
        const Ladder ladder = t->capture.ladder(t->summary(conversation));
        t->shelf.report = text_ladder(ladder, {style->columns, style->utf8, style->colour});
        return t->shelf.report.c_str();
    });
}
