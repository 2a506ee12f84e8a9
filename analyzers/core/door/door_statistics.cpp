// Implements tlsdiag.h: statistics over many conversations.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/door/door.hpp"
#include "report/statistics.hpp"

using namespace tlsdiag;

void tlsdiag_keep_metrics(tlsdiag_capture *t)
{
    guarded([&] {
        t->catch_up();
        t->capture.keep_metrics();
    });
}

// ---- As text ----

// A filter selects conversations; TCP connections without TLS do not belong to any.
static Statistics collect(const tlsdiag_capture &t, const bool *chosen, std::uint32_t chosen_count)
{
    Statistics statistics;
    for (std::uint32_t number = 0; number < t.known().conversations(); ++number)
        if (!chosen || (number < chosen_count && chosen[number]))
            statistics.add(t.without_hints(number));
    if (!chosen)
        statistics.add(t.known().plain_traffic());
    return statistics;
}

static const char *print(tlsdiag_capture *t, const bool *chosen, std::uint32_t chosen_count,
                         std::string (*draw)(const Statistics &))
{
    return guarded<const char *>("", [&] {
        t->returned.report = draw(collect(*t, chosen, chosen_count));
        return t->returned.report.c_str();
    });
}

const char *tlsdiag_table(tlsdiag_capture *t, const bool *chosen, uint32_t chosen_count)
{
    return print(t, chosen, chosen_count, table_text);
}

const char *tlsdiag_inventory(tlsdiag_capture *t, const bool *chosen, uint32_t chosen_count)
{
    return print(t, chosen, chosen_count, inventory_text);
}

const char *tlsdiag_inventory_json(tlsdiag_capture *t, const bool *chosen, uint32_t chosen_count)
{
    return print(t, chosen, chosen_count, inventory_json);
}

// ---- As rows ----

struct tlsdiag_statistics {
    Statistics statistics;
    Row row;
    std::vector<tlsdiag_cell> cells;
    bool has_plain = false;
};

static bool exists(unsigned sheet)
{
    return sheet < sheets;
}

const char *tlsdiag_sheet_name(unsigned sheet)
{
    return exists(sheet) ? name(static_cast<Sheet>(sheet)).data() : nullptr;
}

const char *tlsdiag_sheet_title(unsigned sheet)
{
    return exists(sheet) ? title(static_cast<Sheet>(sheet)).data() : nullptr;
}

size_t tlsdiag_sheet_columns(unsigned sheet)
{
    return exists(sheet) ? columns(static_cast<Sheet>(sheet)).size() : 0;
}

tlsdiag_column tlsdiag_sheet_column(unsigned sheet, size_t column)
{
    if (column >= tlsdiag_sheet_columns(sheet))
        return {"", TLSDIAG_COLUMN_TEXT};
    const Column &one = columns(static_cast<Sheet>(sheet))[column];
    return {one.heading.data(), static_cast<tlsdiag_column_e>(one.kind)};
}

tlsdiag_statistics *tlsdiag_statistics_open(void)
{
    return guarded<tlsdiag_statistics *>(nullptr, [] { return new tlsdiag_statistics; });
}

void tlsdiag_statistics_close(tlsdiag_statistics *s)
{
    delete s;
}

void tlsdiag_statistics_add(tlsdiag_statistics *s, const tlsdiag_capture *t, uint32_t conversation)
{
    guarded([&] {
        if (conversation < t->known().conversations())
            s->statistics.add(t->without_hints(conversation));
    });
}

bool tlsdiag_statistics_add_plain(tlsdiag_statistics *s, const tlsdiag_capture *t)
{
    return guarded(false, [&] {
        if (s->has_plain)
            return false;
        s->statistics.add(t->known().plain_traffic());
        return s->has_plain = true;
    });
}

size_t tlsdiag_statistics_rows(const tlsdiag_statistics *s, unsigned sheet)
{
    return exists(sheet) ? s->statistics.rows(static_cast<Sheet>(sheet)) : 0;
}

size_t tlsdiag_statistics_changed(const tlsdiag_statistics *s, unsigned sheet, const size_t **rows)
{
    *rows = nullptr;
    if (!exists(sheet))
        return 0;
    const std::vector<std::size_t> &changed = s->statistics.changed(static_cast<Sheet>(sheet));
    *rows = changed.data();
    return changed.size();
}

const tlsdiag_cell *tlsdiag_statistics_row(tlsdiag_statistics *s, unsigned sheet, size_t row)
{
    return guarded<const tlsdiag_cell *>(nullptr, [&]() -> const tlsdiag_cell * {
        if (row >= tlsdiag_statistics_rows(s, sheet))
            return nullptr;
        s->row = s->statistics.row(static_cast<Sheet>(sheet), row);
        s->cells.clear();
        for (const Cell &cell : s->row)
            s->cells.push_back({cell.text.c_str(), cell.number});
        return s->cells.data();
    });
}
