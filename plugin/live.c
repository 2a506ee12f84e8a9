/* -z tlsdiag,live[,FILTER]: prints a line for each verdict as soon as it is known, and counts at the end.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "live.h"

#include "ws_compat.h"

#include <stdio.h>

#include <epan/tap.h>

#include "session.h"

enum { CHOSEN = 1, KNOWN = 2, TOLD = 4 };

typedef struct {
    bool filtered;
    bool drawn;                /* since the last packet */
    GByteArray *conversations; /* the state of each conversation */
} live_t;

static GSList *listeners; /* live_t */

static uint8_t *state_of(const live_t *live, uint32_t conversation)
{
    unsigned before = live->conversations->len;
    if (conversation >= before) {
        g_byte_array_set_size(live->conversations, conversation + 1);
        memset(live->conversations->data + before, live->filtered ? 0 : CHOSEN, conversation + 1 - before);
    }
    return &live->conversations->data[conversation];
}

/* A verdict can become known before or after the filter selects its conversation. */
static void mark(const live_t *live, tlsdiag_capture *capture, uint32_t conversation, uint8_t what)
{
    uint8_t *state = state_of(live, conversation);
    *state |= what;
    if ((*state & CHOSEN) && (*state & KNOWN)) {
        *state = CHOSEN | TOLD;
        const char *line = tlsdiag_wanted(capture, conversation) ? tlsdiag_line(capture, conversation) : NULL;
        if (line) {
            puts(line);
            fflush(stdout);
        }
    }
}

/* Any packet's timestamp advances the clock that measures silence. */
static tap_packet_status live_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data _U_,
                                     tap_flags_t flags _U_)
{
    live_t *live = (live_t *)tapdata;
    tlsdiag_capture *capture = session_caught_up();
    const uint32_t *news;
    size_t count = capture ? tlsdiag_newly_judged(capture, pinfo->abs_ts.secs, pinfo->abs_ts.nsecs, &news) : 0;
    live->drawn = false;
    for (size_t i = 0; i < count; i++) {
        mark(live, capture, news[i], KNOWN);
    }
    return TAP_PACKET_REDRAW;
}

static tap_packet_status live_choose(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data _U_,
                                     tap_flags_t flags _U_)
{
    tlsdiag_capture *capture = session_caught_up();
    const uint32_t *conversations;
    size_t count = capture ? tlsdiag_conversations_of(capture, pinfo->num, &conversations) : 0;
    for (size_t i = 0; i < count; i++) {
        mark((live_t *)tapdata, capture, conversations[i], CHOSEN);
    }
    return TAP_PACKET_DONT_REDRAW;
}

static void live_reset(void *tapdata)
{
    g_byte_array_set_size(((live_t *)tapdata)->conversations, 0);
}

/* Prints the lines not printed yet. Returns the chosen conversations (to be freed). */
static bool *tell_rest(const live_t *live, tlsdiag_capture *capture, uint32_t count)
{
    bool *chosen = g_new0(bool, count);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t state = *state_of(live, i);
        chosen[i] = (state & CHOSEN) && tlsdiag_wanted(capture, i);
        const char *line = chosen[i] && !(state & TOLD) ? tlsdiag_line(capture, i) : NULL;
        if (line) {
            puts(line);
        }
    }
    return chosen;
}

static void live_draw(void *tapdata)
{
    live_t *live = (live_t *)tapdata;
    tlsdiag_capture *capture = session_caught_up();
    if (!capture) {
        return;
    }
    uint32_t count = tlsdiag_conversations(capture);
    bool *chosen = tell_rest(live, capture, count);
    fputs("\n", stdout);
    fputs(tlsdiag_counts(capture, chosen, count), stdout);
    fflush(stdout);
    g_free(chosen);
    live->drawn = true;
}

void live_closing(void)
{
    tlsdiag_capture *capture = listeners ? session_caught_up() : NULL;
    if (!capture) {
        return;
    }
    for (GSList *entry = listeners; entry; entry = entry->next) {
        live_t *live = (live_t *)entry->data;
        if (!live->drawn) {
            g_free(tell_rest(live, capture, tlsdiag_conversations(capture)));
            fflush(stdout);
        }
        live_reset(live);
    }
}

static void live_finish(void *tapdata)
{
    live_t *live = (live_t *)tapdata;
    listeners = g_slist_remove(listeners, live);
    g_byte_array_free(live->conversations, TRUE);
    g_free(live);
}

char *live_start(const char *filter)
{
    live_t *live = g_new0(live_t, 1);
    live->filtered = filter != NULL;
    live->conversations = g_byte_array_new();
    GString *error = NULL;
    if (filter) {
        error = register_tap_listener(TLSDIAG_NAME, live, filter, TL_REQUIRES_NOTHING, NULL, live_choose, NULL, NULL);
    }
    if (!error) {
        error = register_tap_listener(TLSDIAG_NAME, live, NULL, TL_REQUIRES_NOTHING, live_reset, live_packet, live_draw,
                                      live_finish);
    }
    if (!error) {
        listeners = g_slist_append(listeners, live);
        return NULL;
    }
    live_finish(live);
    return g_string_free(error, FALSE);
}
