/* Tools > TLS Diagnosis, and the same items on a packet's context menu where Wireshark supports that. Only the GUI has
 * these menus.
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A menu can be used at any time: with no capture open, in a capture without TLS, or while packets still arrive.
 */
#include "menus.h"

#include "ws_compat.h"

#include <epan/frame_data_sequence.h>
#include <epan/funnel.h>
#include <epan/plugin_if.h>

#include <glib/gstdio.h>

#include "core/door/tlsdiag.h"
#include "output_file.h"
#include "results.h"
#include "session.h"

#define MENU "TLS Diagnosis"

/* ---- The open capture ---- */

static void *selected_in(capture_file *file, void *frame)
{
    if (file->current_frame) {
        *(uint32_t *)frame = file->current_frame->num;
    }
    return NULL;
}

/* The selected frame, or 0. */
static uint32_t selected_frame(void)
{
    uint32_t frame = 0;
    plugin_if_get_capture_file(selected_in, &frame);
    return frame;
}

static bool is_problem_in_sight(const capture_file *file, uint32_t frame)
{
    const frame_data *data = frame_data_sequence_find(file->provider.frames, frame);
    return data && data->passed_dfilter && results_has_problem(session_capture(), frame);
}

/* Searches after `frame` and then from the top, like Wireshark's own search. */
static void *next_problem_in(capture_file *file, void *frame)
{
    uint32_t *found = (uint32_t *)frame;
    uint32_t from = *found;
    *found = 0;
    for (uint32_t step = 1; file->provider.frames && step <= file->count && !*found; step++) {
        uint32_t candidate = (from + step - 1) % file->count + 1;
        if (is_problem_in_sight(file, candidate)) {
            *found = candidate;
        }
    }
    return NULL;
}

/* ---- Windows ---- */

static const char no_memory[] = "There is not enough memory for the report.\n";

/* The longest line that Wireshark's text window shows without breaking it. */
static const tlsdiag_text_style window_style = {.columns = 72, .utf8 = true, .colour = false};

/* set_text() would interpret text that looks like HTML; prepending an empty text scrolls the window to its top. */
static void show_text(const char *title, const char *text)
{
    const funnel_ops_t *ui = funnel_get_funnel_ops();
    funnel_text_window_t *window = ui->new_text_window(ui->ops_id, title);
    ui->append_text(window, text);
    ui->prepend_text(window, "");
}

/* Whether there is anything to show; if not, tells the user why. */
static bool has_conversations(const char *title)
{
    tlsdiag_capture *capture = session_caught_up();
    const char *why = NULL;
    if (!session_enabled()) {
        why = "The protocol \"" TLSDIAG_NAME "\" is disabled (Analyze > Enabled Protocols): nothing is diagnosed.\n";
    } else if (!capture) {
        why = "No capture is open.\n";
    } else if (tlsdiag_conversations(capture) == 0) {
        why = "This capture has no TLS connection.\n";
    }
    if (why) {
        show_text(title, why);
    }
    return !why;
}

/* ---- The menu's items ---- */

/* A packet can carry several connections: TLS inside TLS. */
static void show_ladder(void *unused _U_)
{
    const char *title = "TLS Diagnosis: Ladder";
    if (!has_conversations(title)) {
        return;
    }
    uint32_t frame = selected_frame();
    const uint32_t *of_frame;
    size_t count = tlsdiag_conversations_of(session_capture(), frame, &of_frame);
    uint32_t *conversations = g_memdup2(of_frame, count * sizeof *of_frame);
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < count; i++) {
        const char *ladder = tlsdiag_ladder(session_capture(), conversations[i], &window_style);
        g_string_append_printf(text, "%s%s", i > 0 ? "\n\n" : "", ladder ? ladder : "");
    }
    if (frame == 0) {
        g_string_assign(text, "No packet is selected.\n");
    } else if (count == 0) {
        g_string_printf(text, "Packet %u is not part of a TLS connection. Select one that is.\n", frame);
    }
    show_text(title, text->str);
    g_string_free(text, TRUE);
    g_free(conversations);
}

/* A flag for each conversation: whether the preference `only` selects it. */
static bool *wanted_conversations(uint32_t *count)
{
    *count = tlsdiag_conversations(session_capture());
    bool *wanted = g_new(bool, *count);
    for (uint32_t i = 0; i < *count; i++) {
        wanted[i] = tlsdiag_wanted(session_capture(), i);
    }
    return wanted;
}

static void show_report(void *unused _U_)
{
    const char *title = "TLS Diagnosis: Report";
    if (!has_conversations(title)) {
        return;
    }
    uint32_t count;
    bool *wanted = wanted_conversations(&count);
    const char *report = tlsdiag_report(session_capture(), wanted, count, window_style.columns);
    show_text(title, report ? report : no_memory);
    g_free(wanted);
}

/* One file for each running Wireshark, removed when Wireshark exits. */
static char *page_folder, *page_file;

static void remove_page(void)
{
    if (page_file) {
        g_unlink(page_file);
        g_rmdir(page_folder);
    }
}

/* Returns NULL, or an error message (to be freed). */
static char *write_page(void)
{
    uint32_t count;
    bool *wanted = wanted_conversations(&count);
    const char *page = tlsdiag_html(session_capture(), wanted, count, false);
    g_free(wanted);
    if (!page) {
        return g_strdup(no_memory);
    }
    if (!page_file) {
        GError *error = NULL;
        page_folder = g_dir_make_tmp("tlsdiag-XXXXXX", &error);
        if (!page_folder) {
            char *why = g_strdup(error->message);
            g_error_free(error);
            return why;
        }
        page_file = g_build_filename(page_folder, "report.html", NULL);
    }
    return output_file_write(page_file, page);
}

static void open_page(void *unused _U_)
{
    const char *title = "TLS Diagnosis: HTML report";
    if (!has_conversations(title)) {
        return;
    }
    char *why = write_page();
    if (why) {
        show_text(title, why);
    } else {
        funnel_get_funnel_ops()->browser_open_data_file(page_file);
    }
    g_free(why);
}

static void only_problems(void *unused _U_)
{
    plugin_if_apply_filter("tlsdiag.problem", true);
}

static void next_problem(void *unused _U_)
{
    const char *title = "TLS Diagnosis: Next problem";
    if (!has_conversations(title)) {
        return;
    }
    uint32_t frame = selected_frame();
    plugin_if_get_capture_file(next_problem_in, &frame);
    if (frame) {
        plugin_if_goto_frame(frame);
    } else {
        show_text(title, "No packet that matches the display filter has a problem.\n");
    }
}

static const struct {
    const char *name;
    funnel_menu_callback callback;
} items[] = {
    {MENU "/Ladder of this connection", show_ladder},
    {MENU "/Report", show_report},
    {MENU "/Open HTML report", open_page},
    {MENU "/Only problems", only_problems},
    {MENU "/Next problem", next_problem},
};

void menus_register(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(items); i++) {
        funnel_register_menu(items[i].name, REGISTER_TOOLS_GROUP_UNSORTED, items[i].callback, NULL, NULL, false);
        wsc_register_packet_menu(items[i].name, &items[i].callback);
    }
    register_shutdown_routine(remove_page);
}
