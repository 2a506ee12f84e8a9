/* -z tlsdiag,ladder: draws ladders on the standard output.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder.h"

#include "ws_compat.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#define fileno _fileno
#else
#include <sys/ioctl.h>
#include <unistd.h>
#endif

/* ---- Style of the output ---- */

static bool is_terminal(void)
{
    return isatty(fileno(stdout));
}

/* COLUMNS if it is set, else the terminal's width if that is narrower than usual. */
static uint32_t columns(void)
{
    enum { USUAL = 100, MOST = 10000 };
    const char *variable = getenv("COLUMNS");
    guint64 said;
    if (variable && g_ascii_string_to_unsigned(variable, 10, 1, MOST, &said, NULL)) {
        return (uint32_t)said;
    }
#ifdef TIOCGWINSZ
    struct winsize size;
    if (is_terminal() && ioctl(fileno(stdout), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return MIN(size.ws_col, USUAL);
    }
#endif
    return USUAL;
}

/* https://no-color.org */
static bool wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    return is_terminal() && !(no_colour && *no_colour) && g_strcmp0(getenv("TERM"), "dumb") != 0;
}

static const char *why_none(tlsdiag_capture *capture, uint32_t count)
{
    if (count == 0) {
        return "No TLS conversation found over TCP, DTLS, QUIC or EAP.";
    }
    for (uint32_t i = 0; i < count; i++) {
        if (tlsdiag_has_problem(capture, i)) {
            return "No ladder to draw: no conversation has a frame that matches the filter.";
        }
    }
    return "No conversation has a problem. To draw conversations without a problem, append a filter that matches them: "
           "-z tlsdiag,ladder,tls";
}

void ladder_print(tlsdiag_capture *capture, const bool *chosen, uint32_t count)
{
    tlsdiag_text_style style = {.columns = columns(), .utf8 = g_get_charset(NULL), .colour = wants_colour()};
    bool first = true;
    for (uint32_t i = 0; i < count; i++) {
        const char *ladder = chosen[i] ? tlsdiag_ladder(capture, i, &style) : NULL;
        if (ladder) {
            fputs(first ? "" : "\n\n", stdout);
            fputs(ladder, stdout);
            first = false;
        }
    }
    if (first) {
        puts(why_none(capture, count));
    }
}
