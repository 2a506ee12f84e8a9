/* Opens and closes the capture, and tells it what to keep.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

#include "ws_compat.h"

#include <epan/funnel.h>

static int proto_tlsdiag = -1;
static tlsdiag_capture *capture;
static unsigned number;
static tlsdiag_ladders_e wanted_ladders = TLSDIAG_LADDERS_NONE;
static bool wanted_metrics;

void session_register(int protocol)
{
    proto_tlsdiag = protocol;
}

/* ---- What is kept ---- */

static void keep_wanted(void)
{
    bool all = session_is_interactive();
    if (capture) {
        tlsdiag_keep_ladders(capture, all ? TLSDIAG_LADDERS_OF_ALL : wanted_ladders);
    }
    if (capture && (all || wanted_metrics)) {
        tlsdiag_keep_metrics(capture);
    }
}

/* tshark opens the capture before it looks at -z. */
void session_want_ladders(tlsdiag_ladders_e ladders)
{
    if (ladders > wanted_ladders) {
        wanted_ladders = ladders;
        keep_wanted();
    }
}

void session_want_metrics(void)
{
    wanted_metrics = true;
    keep_wanted();
}

/* ---- The capture ---- */

void session_open(const tlsdiag_options *options)
{
    number++;
    capture = session_enabled() ? tlsdiag_open(options) : NULL;
    keep_wanted();
}

void session_close(void)
{
    tlsdiag_close(capture);
    capture = NULL;
}

tlsdiag_capture *session_capture(void)
{
    return capture;
}

tlsdiag_capture *session_caught_up(void)
{
    if (capture) {
        tlsdiag_catch_up(capture);
    }
    return capture;
}

unsigned session_number(void)
{
    return number;
}

bool session_enabled(void)
{
    return proto_is_protocol_enabled(find_protocol_by_id(proto_tlsdiag));
}

/* tshark offers text windows too; only the GUI has dialogs. */
bool session_is_interactive(void)
{
    const funnel_ops_t *ui = funnel_get_funnel_ops();
    return (ui && ui->new_dialog) || g_strcmp0(g_get_prgname(), "sharkd") == 0;
}
