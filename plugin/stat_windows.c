/* Tables in Wireshark's Statistics menu and, as nstat taps, in sharkd: -z tlsdiag,table,SHEET.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stat_windows.h"

#include "ws_compat.h"

#include <math.h>

#include <epan/tap.h>

#include "session.h"

/* Wireshark uses the first member. There is one object for each table. */
typedef struct {
    stat_tap_table_ui ui;
    unsigned number;
    tlsdiag_statistics *statistics;
    GByteArray *counted; /* a flag for each conversation */
} sheet_t;

static sheet_t sheets[TLSDIAG_SHEETS];

/* ---- Rows ---- */

static stat_tap_table_item_type item_of(tlsdiag_column_e kind, const tlsdiag_cell *cell)
{
    stat_tap_table_item_type item = {.type = TABLE_ITEM_STRING};
    if (kind == TLSDIAG_COLUMN_COUNT) {
        item.type = TABLE_ITEM_UINT;
        item.value.uint_value = (unsigned)fmin(cell->number, UINT_MAX);
    } else if (kind == TLSDIAG_COLUMN_SECONDS && cell->number >= 0) {
        item.type = TABLE_ITEM_FLOAT;
        item.value.float_value = cell->number;
    } else {
        item.value.string_value = g_strdup(cell->text);
    }
    return item;
}

static void free_item(stat_tap_table *table _U_, unsigned row _U_, unsigned column _U_, stat_tap_table_item_type *item)
{
    if (item->type == TABLE_ITEM_STRING) {
        g_free((char *)item->value.string_value);
    }
    item->type = TABLE_ITEM_NONE;
}

static void set_row(sheet_t *sheet, size_t number)
{
    stat_tap_table *table = g_array_index(sheet->ui.tables, stat_tap_table *, 0);
    const tlsdiag_cell *cells = tlsdiag_statistics_row(sheet->statistics, sheet->number, number);
    if (!cells) {
        return;
    }
    unsigned row = (unsigned)number;
    stat_tap_table_item_type *items = g_new0(stat_tap_table_item_type, sheet->ui.nfields);
    for (unsigned i = 0; i < sheet->ui.nfields; i++) {
        if (row < table->num_elements) {
            free_item(table, row, i, stat_tap_get_field_data(table, row, i));
        }
        items[i] = item_of(tlsdiag_sheet_column(sheet->number, i).kind, &cells[i]);
    }
    stat_tap_init_table_row(table, row, (unsigned)sheet->ui.nfields, items);
    g_free(items);
}

static void set_all_rows(sheet_t *sheet)
{
    for (size_t i = 0; i < tlsdiag_statistics_rows(sheet->statistics, sheet->number); i++) {
        set_row(sheet, i);
    }
}

/* ---- The tap ---- */

static void restart(sheet_t *sheet)
{
    tlsdiag_statistics_close(sheet->statistics);
    sheet->statistics = tlsdiag_statistics_open();
    g_byte_array_set_size(sheet->counted, 0);
}

static void remove_rows(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++) {
        for (unsigned column = 0; column < table->num_fields; column++) {
            free_item(table, row, column, stat_tap_get_field_data(table, row, column));
        }
        g_free(table->elements[row]);
    }
    table->num_elements = 0;
}

static void reset_sheet(stat_tap_table *table)
{
    remove_rows(table);
    for (sheet_t *sheet = sheets; sheet < sheets + TLSDIAG_SHEETS; sheet++) {
        if (sheet->ui.tables && sheet->ui.tables->len > 0 &&
            g_array_index(sheet->ui.tables, stat_tap_table *, 0) == table) {
            restart(sheet);
        }
    }
}

static void init_sheet(stat_tap_table_ui *ui)
{
    sheet_t *sheet = (sheet_t *)ui;
    if (ui->tables && ui->tables->len > 0) {
        reset_sheet(g_array_index(ui->tables, stat_tap_table *, 0));
        return;
    }
    stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
    restart(sheet);
}

static void count(sheet_t *sheet, tlsdiag_capture *capture, uint32_t conversation)
{
    unsigned before = sheet->counted->len;
    if (conversation >= before) {
        g_byte_array_set_size(sheet->counted, conversation + 1);
        memset(sheet->counted->data + before, 0, conversation + 1 - before);
    }
    if (sheet->counted->data[conversation] || !tlsdiag_wanted(capture, conversation)) {
        return;
    }
    sheet->counted->data[conversation] = true;
    tlsdiag_statistics_add(sheet->statistics, capture, conversation);
    const size_t *rows;
    size_t changed = tlsdiag_statistics_changed(sheet->statistics, sheet->number, &rows);
    for (size_t i = 0; i < changed; i++) {
        set_row(sheet, rows[i]);
    }
}

/* Windows are filled after the packets have been analysed: a conversation is counted at its first frame that matches
 * the filter. */
static tap_packet_status sheet_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data _U_,
                                      tap_flags_t flags _U_)
{
    sheet_t *sheet = (sheet_t *)((stat_data_t *)tapdata)->stat_tap_data;
    tlsdiag_capture *capture = session_caught_up();
    if (!capture || !sheet->statistics) {
        return TAP_PACKET_DONT_REDRAW;
    }
    if (tlsdiag_statistics_add_plain(sheet->statistics, capture)) {
        set_all_rows(sheet);
    }
    const uint32_t *conversations;
    size_t found = tlsdiag_conversations_of(capture, pinfo->num, &conversations);
    for (size_t i = 0; i < found; i++) {
        count(sheet, capture, conversations[i]);
    }
    return TAP_PACKET_REDRAW;
}

/* ---- Registration ---- */

static stat_tap_table_item *fields_of(unsigned number)
{
    size_t columns = tlsdiag_sheet_columns(number);
    stat_tap_table_item *fields = g_new0(stat_tap_table_item, columns);
    for (size_t i = 0; i < columns; i++) {
        tlsdiag_column column = tlsdiag_sheet_column(number, i);
        bool text = column.kind == TLSDIAG_COLUMN_TEXT;
        fields[i].type = text                                  ? TABLE_ITEM_STRING
                         : column.kind == TLSDIAG_COLUMN_COUNT ? TABLE_ITEM_UINT
                                                               : TABLE_ITEM_FLOAT;
        fields[i].align = text ? TAP_ALIGN_LEFT : TAP_ALIGN_RIGHT;
        fields[i].column_name =
            column.kind == TLSDIAG_COLUMN_SECONDS ? g_strdup_printf("%s (s)", column.heading) : column.heading;
        fields[i].field_format = text ? "%-25s" : column.kind == TLSDIAG_COLUMN_COUNT ? "%u" : "%.6f";
    }
    return fields;
}

/* For tshark, stat_taps.c prints the tables as text, for all conversations in one pass. */
void stat_windows_register(void)
{
    static tap_param filter[] = {{PARAM_FILTER, "filter", "Filter", NULL, true}};
    if (g_strcmp0(g_get_prgname(), "tshark") == 0) {
        return;
    }
    for (unsigned i = 0; i < TLSDIAG_SHEETS; i++) {
        sheets[i].number = i;
        sheets[i].counted = g_byte_array_new();
        sheets[i].ui =
            (stat_tap_table_ui){.group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
                                .title = g_strdup_printf("TLS Diagnosis: %s", tlsdiag_sheet_title(i)),
                                .tap_name = TLSDIAG_NAME,
                                .cli_string = g_strdup_printf(TLSDIAG_NAME ",table,%s", tlsdiag_sheet_name(i)),
                                .stat_tap_init_cb = init_sheet,
                                .packet_func = sheet_packet,
                                .stat_tap_reset_table_cb = reset_sheet,
                                .stat_tap_free_table_item_cb = free_item,
                                .nfields = tlsdiag_sheet_columns(i),
                                .fields = fields_of(i),
                                .nparams = G_N_ELEMENTS(filter),
                                .params = filter};
        register_stat_tap_table_ui(&sheets[i].ui);
    }
}
