/* Draws the TLS handshake ladder in Statistics > Flow Graph, tshark's -z flow,tlsdiag,network and sharkd's
 * seqa:tlsdiag.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "flow_graph.h"

#include <epan/to_str.h>

#include "core/door/tlsdiag.h"
#include "session.h"

#define FLOW_TAP "tlsdiag_flow"

static int flow_tap = -1;

/* ---- One arrow ---- */

static address address_of(const tlsdiag_address *from)
{
    static const struct {
        uint8_t length;
        int type;
    } kinds[] = {{4, AT_IPv4}, {16, AT_IPv6}, {6, AT_ETHER}};
    address to = ADDRESS_INIT_NONE;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (kinds[i].length == from->length) {
            alloc_address_wmem(NULL, &to, kinds[i].type, from->length, from->bytes);
        }
    }
    return to;
}

/* Wireshark draws a lane for each address. A party without an address of its own gets a lane named by its role. */
static address lane_of(const tlsdiag_address *address_from, bool alone, bool client)
{
    address lane = address_of(address_from);
    if (alone && lane.type != AT_NONE) {
        return lane;
    }
    const char *part = client ? "client" : "server";
    char *host = lane.type == AT_NONE ? NULL : address_to_str(NULL, &lane);
    char *name = host ? g_strdup_printf("%s (%s)", host, part) : g_strdup(part);
    free_address(&lane);
    alloc_address_wmem(NULL, &lane, AT_STRINGZ, (int)strlen(name) + 1, name);
    wmem_free(NULL, host);
    g_free(name);
    return lane;
}

/* The colours of tlsdiag's profile. Arrows without a finding are white, and grey in every other conversation, to tell
 * interleaved conversations apart. Wireshark's own colours include a green and a red, which would suggest a result. */
static void colour(wsc_flow_item *item, const char *severity)
{
    static const struct {
        const char *severity;
        unsigned foreground, background;
    } colours[] = {{"error", 0x690000, 0xffbfbf}, {"warning", 0x402000, 0xffd47f}, {"note", 0x002869, 0xcce9ff}};
    item->has_colours = true;
    item->background = item->conversation % 2 == 0 ? 0xffffff : 0xeeeeee;
    for (size_t i = 0; i < G_N_ELEMENTS(colours); i++) {
        if (strcmp(colours[i].severity, severity) == 0) {
            item->foreground = colours[i].foreground;
            item->background = colours[i].background;
        }
    }
}

static void add_arrow(wsc_flow *flow, packet_info *pinfo, const tlsdiag_arrow *arrow)
{
    wsc_flow_item *item = sequence_analysis_create_sai_with_addresses(pinfo, flow);
    if (!item) {
        return; /* a packet without addresses */
    }
    bool distinct = memcmp(&arrow->source, &arrow->destination, sizeof arrow->source) != 0;
    free_address(&item->source);
    free_address(&item->destination);
    item->source = lane_of(&arrow->source, distinct, arrow->from_client);
    item->destination = lane_of(&arrow->destination, distinct, !arrow->from_client);
    item->source_port = arrow->source_port;
    item->destination_port = arrow->destination_port;
    item->frame_number = pinfo->num;
    item->label = g_strdup(arrow->label);
    item->comment = g_strdup(arrow->comment);
    item->conversation = (uint16_t)arrow->conversation;
    item->display = true;
    colour(item, arrow->severity);
    g_queue_push_tail(flow->items, item);
}

/* ---- The tap ---- */

static tap_packet_status draw_frame(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data _U_,
                                    tap_flags_t flags _U_)
{
    tlsdiag_capture *capture = session_caught_up();
    const tlsdiag_arrow *arrows = NULL;
    size_t count = capture ? tlsdiag_arrows(capture, pinfo->num, &arrows) : 0;
    for (size_t i = 0; i < count; i++) {
        add_arrow((wsc_flow *)tapdata, pinfo, &arrows[i]);
    }
    return count > 0 ? TAP_PACKET_REDRAW : TAP_PACKET_DONT_REDRAW;
}

bool flow_graph_wanted(void)
{
    return have_tap_listener(flow_tap);
}

void flow_graph_frame(packet_info *pinfo)
{
    tap_queue_packet(flow_tap, pinfo, NULL);
}

void flow_graph_register(int protocol)
{
    flow_tap = register_tap(FLOW_TAP);
    register_seq_analysis(TLSDIAG_NAME, "TLS handshake ladder", protocol, FLOW_TAP, 0, draw_frame);
}
