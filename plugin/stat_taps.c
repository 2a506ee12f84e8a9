/* -z tlsdiag[,WORD][,FILTER]: the filter selects conversations; the analysis always sees all packets.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stat_taps.h"

#include "ws_compat.h"

#include <stdio.h>
#include <stdlib.h>
#ifdef _WIN32
#include <process.h>
#else
#include <unistd.h>
#endif

#include "core/door/tlsdiag.h"
#include "ladder.h"
#include "live.h"
#include "output_file.h"
#include "prefs.h"
#include "session.h"

typedef void (*print_t)(tlsdiag_capture *capture, const bool *chosen, uint32_t count);

/* Returns the contents of a file; NULL if there is nothing to write. */
typedef const char *(*page_t)(tlsdiag_capture *capture, const bool *chosen, uint32_t count, bool filtered);

/* A report is printed at the end (print), written to the file named after its word (page), or runs on its own (start).
 */
typedef struct {
    const char *name;
    print_t print;
    page_t page;
    char *(*start)(const char *filter);
    tlsdiag_ladders_e ladders; /* ladders needed without a filter; with a filter, any may be needed */
    bool problems;             /* without a filter, only conversations that have a problem */
    bool facts;                /* needs facts that are kept only on request */
} word_t;

typedef struct {
    const word_t *word;
    char *file; /* output file of a page */
    bool filtered;
    GArray *frames;   /* numbers of the frames that match the filter */
    unsigned session; /* the session of these frames */
} report_t;

/* ---- What is printed ---- */

static void print_report(tlsdiag_capture *capture, const bool *chosen, uint32_t count)
{
    uint32_t next = 0;
    for (const char *part; (part = tlsdiag_report_part(capture, chosen, count, &next));) {
        fputs(part, stdout);
    }
}

typedef const char *(*line_t)(tlsdiag_capture *capture, uint32_t conversation);

static void print_lines(tlsdiag_capture *capture, const bool *chosen, uint32_t count, line_t line_of)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *line = !chosen || chosen[i] ? line_of(capture, i) : NULL;
        if (line) {
            puts(line);
        }
    }
}

static void print_json(tlsdiag_capture *capture, const bool *chosen, uint32_t count)
{
    print_lines(capture, chosen, count, tlsdiag_json);
}

static void print_json_ladder(tlsdiag_capture *capture, const bool *chosen, uint32_t count)
{
    print_lines(capture, chosen, count, tlsdiag_json_ladder);
}

static void print_table(tlsdiag_capture *capture, const bool *chosen, uint32_t count)
{
    fputs(tlsdiag_table(capture, chosen, count), stdout);
}

static void print_inventory(tlsdiag_capture *capture, const bool *chosen, uint32_t count)
{
    fputs(tlsdiag_inventory(capture, chosen, count), stdout);
}

static void print_inventory_json(tlsdiag_capture *capture, const bool *chosen, uint32_t count)
{
    fputs(tlsdiag_inventory_json(capture, chosen, count), stdout);
}

/* A word comes before its own prefixes. */
static const word_t words[] = {
    {.name = "json,ladder", .print = print_json_ladder, .ladders = TLSDIAG_LADDERS_OF_ALL},
    {.name = "json,inventory", .print = print_inventory_json, .facts = true},
    {.name = "json", .print = print_json},
    {.name = "ladder", .print = ladder_print, .ladders = TLSDIAG_LADDERS_OF_PROBLEMS, .problems = true},
    {.name = "live", .start = live_start},
    {.name = "svg", .page = output_file_svg, .ladders = TLSDIAG_LADDERS_OF_ALL},
    {.name = "html", .page = output_file_html, .ladders = TLSDIAG_LADDERS_OF_PROBLEMS},
    {.name = "table", .print = print_table, .facts = true},
    {.name = "inventory", .print = print_inventory, .facts = true},
};

static const word_t plain = {.name = "", .print = print_report};

/* ---- The tap ---- */

static void forget_other_session(report_t *report)
{
    if (report->session != session_number()) {
        report->session = session_number();
        g_array_set_size(report->frames, 0);
    }
}

/* Later frames may show that this frame belongs to a conversation, so conversations are looked up when the report is
 * drawn. */
static tap_packet_status report_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data _U_,
                                       tap_flags_t flags _U_)
{
    report_t *report = (report_t *)tapdata;
    forget_other_session(report);
    if (report->filtered) {
        g_array_append_val(report->frames, pinfo->num);
    }
    return TAP_PACKET_REDRAW;
}

static void report_reset(void *tapdata)
{
    g_array_set_size(((report_t *)tapdata)->frames, 0);
}

/* A flag for each conversation: whether it has a frame that matches the filter or, without a filter, whether the report
 * covers it; in both cases only if the preferences want it. */
static bool *choose(tlsdiag_capture *capture, const report_t *report, uint32_t count)
{
    const GArray *frames = report->frames;
    bool *chosen = g_new0(bool, count);
    for (uint32_t i = 0; i < count; i++) {
        chosen[i] = !report->filtered && (!report->word->problems || tlsdiag_has_problem(capture, i));
    }
    for (unsigned i = 0; i < frames->len; i++) {
        const uint32_t *conversations;
        size_t found = tlsdiag_conversations_of(capture, g_array_index(frames, uint32_t, i), &conversations);
        for (size_t j = 0; j < found; j++) {
            if (conversations[j] < count) {
                chosen[conversations[j]] = true;
            }
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        chosen[i] = chosen[i] && tlsdiag_wanted(capture, i);
    }
    return chosen;
}

/* A failure at the end must show in the exit status, which only tshark itself sets. */
static void exit_failed(void)
{
    fflush(NULL);
    _exit(EXIT_FAILURE);
}

/* Returns NULL, or an error message (to be freed). */
static char *write_file(tlsdiag_capture *capture, const report_t *report, const bool *chosen, uint32_t count)
{
    if (output_file_is_folder(report->file)) {
        return output_file_write_drawings(report->file, capture, chosen, count, report->filtered);
    }
    const char *page = report->word->page(capture, chosen, count, report->filtered);
    return page ? output_file_write(report->file, page) : g_strdup("there is no TLS conversation to draw");
}

static void write_page(tlsdiag_capture *capture, const report_t *report, const bool *chosen, uint32_t count)
{
    char *wrong = write_file(capture, report, chosen, count);
    if (wrong) {
        static bool failed;
        fprintf(stderr, "tlsdiag: -z " TLSDIAG_NAME ",%s: %s\n", report->word->name, wrong);
        g_free(wrong);
        if (!failed) {
            failed = true;
            atexit(exit_failed);
        }
    }
}

static void report_draw(void *tapdata)
{
    report_t *report = (report_t *)tapdata;
    tlsdiag_capture *capture = session_caught_up();
    if (!capture) {
        return;
    }
    forget_other_session(report);
    uint32_t count = tlsdiag_conversations(capture);
    bool all = !report->filtered && !report->word->problems && !*prefs_options().only;
    bool *chosen = all ? NULL : choose(capture, report, count);
    if (report->word->page) {
        write_page(capture, report, chosen, count);
    } else {
        report->word->print(capture, chosen, count);
        fflush(stdout);
    }
    g_free(chosen);
}

static void report_finish(void *tapdata)
{
    report_t *report = (report_t *)tapdata;
    g_array_free(report->frames, TRUE);
    g_free(report->file);
    g_free(report);
}

/* ---- The argument ---- */

/* "tlsdiag," is followed by a known word, optionally with a filter after it, or by a filter alone. */
static const word_t *parse_argument(const char *text, const char **filter)
{
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t length = strlen(words[i].name);
        if (strncmp(words[i].name, text, length) == 0 && (!text[length] || text[length] == ',')) {
            *filter = text[length] ? text + length + 1 : "";
            return &words[i];
        }
    }
    *filter = text;
    return &plain;
}

/* Returns NULL, or an error message (to be freed). Takes ownership of `file`. */
static char *listen(const word_t *word, char *file, const char *filter)
{
    report_t *report = g_new0(report_t, 1);
    report->word = word;
    report->file = file;
    report->filtered = filter != NULL;
    report->frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    GString *error = register_tap_listener(TLSDIAG_NAME, report, filter, TL_REQUIRES_NOTHING, report_reset,
                                           report_packet, report_draw, report_finish);
    if (!error) {
        if (word->facts) {
            session_want_metrics();
        }
        session_want_ladders(word->ladders && filter ? TLSDIAG_LADDERS_OF_ALL : word->ladders);
        return NULL;
    }
    report_finish(report);
    return g_string_free(error, FALSE);
}

/* `text` is FILE[,FILTER]. Returns NULL, or an error message (to be freed). */
static char *start_page(const word_t *word, const char *text)
{
    size_t length = strcspn(text, ",");
    const char *filter = text[length] ? text + length + 1 : "";
    char *file = g_strndup(text, length);
    char *wrong = output_file_is_folder(file) && word->page != output_file_svg
                      ? g_strdup_printf("\"%s\" is a folder", file)
                      : output_file_refused(file);
    if (wrong) {
        g_free(file);
        return wrong;
    }
    return listen(word, file, *filter ? filter : NULL);
}

/* Returns NULL, or an error message (to be freed). */
static char *start_report(const char *argument)
{
    const char *rest = argument + strlen(TLSDIAG_NAME);
    if (*rest && *rest != ',') {
        return g_strdup("\"" TLSDIAG_NAME "\" must be followed by a comma");
    }
    if (!session_enabled()) {
        return g_strdup("the protocol \"" TLSDIAG_NAME "\" is disabled, so there is nothing to report");
    }
    const char *text = *rest ? rest + 1 : rest;
    const char *filter;
    const word_t *word = parse_argument(text, &filter);
    if (word->page) {
        return start_page(word, filter);
    }
    filter = *filter ? filter : NULL;
    char *wrong = word->start ? word->start(filter) : listen(word, NULL, filter);
    if (wrong && word == &plain) {
        char *unknown = g_strdup_printf(
            "\"%s\" is neither a report of this version (html, inventory, json, ladder, live, svg, table) nor a valid "
            "filter: %s",
            text, wrong);
        g_free(wrong);
        return unknown;
    }
    return wrong;
}

static wsc_stat_tap_result report_init(const char *argument, void *userdata _U_)
{
    if (!prefs_usable()) {
        WSC_STAT_TAP_REFUSED;
    }
    char *wrong = start_report(argument);
    if (wrong) {
        fprintf(stderr, "tlsdiag: -z %s: %s\n", argument, wrong);
        g_free(wrong);
        WSC_STAT_TAP_REFUSED;
    }
    WSC_STAT_TAP_DONE;
}

void stat_taps_register(void)
{
    static stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC, .cli_string = TLSDIAG_NAME, .tap_init_cb = report_init};
    register_stat_tap_ui(&ui, NULL);
}
