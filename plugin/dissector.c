/* Registers tlsdiag with Wireshark, opens and closes captures, and analyses and shows each frame.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector.h"

#include "ws_compat.h"

#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "flow_graph.h"
#include "live.h"
#include "menus.h"
#include "nodes.h"
#include "prefs.h"
#include "results.h"
#include "session.h"
#include "stat_taps.h"
#include "stat_windows.h"
#include "tcp_stream.h"
#include "walk.h"

static int proto_tlsdiag = -1;
static int tlsdiag_tap = -1;
static dissector_handle_t tlsdiag_handle;

static bool first_frame;

/* tshark registers its own taps after it has opened the capture, and does not tell the plugin: the first frame is the
 * first chance to see that a flow graph is being drawn. */
static void begin_frames(void)
{
    if (first_frame && flow_graph_wanted()) {
        session_want_ladders(TLSDIAG_LADDERS_OF_ALL);
    }
    first_frame = false;
}

/* The first pass analyses the frame; every pass shows the results. */
static int dissect_tlsdiag(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    tlsdiag_capture *capture = session_capture();
    if (!capture) {
        return 0;
    }
    begin_frames();
    bool ask_now = results_are_looked_at(pinfo, tree);
    if (!PINFO_FD_VISITED(pinfo) && tree && walk_frame(capture, pinfo, tree, ask_now)) {
        set_postdissector_wanted_hfids(tlsdiag_handle, nodes_wanted());
    }
    if (ask_now) {
        results_frame(capture, tvb, pinfo, tree);
    }
    /* Every frame goes to the tap: a later frame may show that this one belongs to a conversation. */
    if (have_tap_listener(tlsdiag_tap)) {
        tap_queue_packet(tlsdiag_tap, pinfo, NULL);
    }
    if (flow_graph_wanted()) {
        flow_graph_frame(pinfo);
    }
    return (int)tvb_captured_length(tvb);
}

/* A disabled protocol must not make Wireshark produce the wanted fields. */
static void open_capture(void)
{
    first_frame = true;
    nodes_forget();
    set_postdissector_wanted_hfids(tlsdiag_handle, session_enabled() ? nodes_wanted() : NULL);
    results_open();
    tcp_stream_forget();
    tlsdiag_options options = prefs_options();
    session_open(&options);
}

static void close_capture(void)
{
    live_closing();
    session_close();
}

/* Runs after the first pass of tshark -2, and after loading in the GUI and in sharkd. */
static void end_capture(void)
{
    if (session_capture()) {
        tlsdiag_end(session_capture());
    }
}

/* Each name can be registered only once: a second copy, in a file of another name, would abort Wireshark. */
static bool loaded_twice(void)
{
    bool twice = proto_get_id_by_filter_name(TLSDIAG_NAME) != -1;
    if (twice) {
        report_failure("The plugin tlsdiag is installed more than once, and one copy is used. Keep one and remove the "
                       "others. Help > About Wireshark > Plugins, or \"tshark -G plugins\", lists where they are.");
    }
    return twice;
}

void proto_register_tlsdiag(void)
{
    if (loaded_twice()) {
        return;
    }
    proto_tlsdiag = proto_register_protocol("TLS Diagnosis", "TLSDIAG", TLSDIAG_NAME);
    session_register(proto_tlsdiag);
    results_register(proto_tlsdiag);
    prefs_register(proto_tlsdiag);
    tlsdiag_tap = register_tap(TLSDIAG_NAME);
    stat_taps_register();
    flow_graph_register(proto_tlsdiag);
    stat_windows_register();
    menus_register();
    tlsdiag_handle = create_dissector_handle(dissect_tlsdiag, proto_tlsdiag);
    register_postdissector(tlsdiag_handle);
    register_init_routine(open_capture);
    register_cleanup_routine(close_capture);
    register_postseq_cleanup_routine(end_capture);
}

void proto_reg_handoff_tlsdiag(void)
{
    if (!tlsdiag_handle) {
        return;
    }
    nodes_resolve();
    set_postdissector_wanted_hfids(tlsdiag_handle, nodes_wanted());
}
