/* The one file that knows one Wireshark release from another.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_WS_COMPAT_H
#define TLSDIAG_WS_COMPAT_H

#include <wireshark.h>
#include <ws_version.h>

#include <epan/funnel.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#define WSC_AT_LEAST(major, minor)                                                                                     \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* The release that the plugin is for; no other loads it. */
#define WSC_MAJOR WIRESHARK_VERSION_MAJOR
#define WSC_MINOR WIRESHARK_VERSION_MINOR

/* plugin_describe() is asked for from 4.2 on; on 4.0 nobody calls it. */
#if WSC_AT_LEAST(4, 2)
#include <wsutil/plugins.h>
#define WSC_PLUGIN_IS_DISSECTOR WS_PLUGIN_DESC_DISSECTOR
#else
#define WSC_PLUGIN_IS_DISSECTOR 1
#endif

/* What a boolean preference is kept in. */
#if WSC_AT_LEAST(4, 4)
typedef bool wsc_bool;
#else
typedef gboolean wsc_bool;
#endif

/* A field's value became a pointer. */
#if WSC_AT_LEAST(4, 2)
#define WSC_VALUE(field) ((field)->value)
#else
#define WSC_VALUE(field) (&(field)->value)
#endif

/* Whether a protocol at the top of a tree that nobody draws is left out, unless a post-dissector wants it. */
#define WSC_PROTOCOLS_NEED_WANTING WSC_AT_LEAST(4, 6)

/* "Reassembled TCP (123 bytes)", to be freed with wmem_free(NULL, ...). */
#if WSC_AT_LEAST(4, 6)
#define wsc_data_source_text get_data_source_description
#else
#define wsc_data_source_text get_data_source_name
#endif

/* How the handler of a -z argument says that it could, or could not, use it; before 4.6 it has to end tshark itself. */
#if WSC_AT_LEAST(4, 6)
typedef bool wsc_stat_tap_result;
#define WSC_STAT_TAP_DONE return true
#define WSC_STAT_TAP_REFUSED return false
#else
typedef void wsc_stat_tap_result;
#define WSC_STAT_TAP_DONE return
#define WSC_STAT_TAP_REFUSED exit(EXIT_FAILURE)
#endif

/* A menu on a right click on a packet. What it hands over besides, the packet's fields, nobody here wants; a function
 * may not be called with more arguments than it has, so they are taken, and dropped. Wireshark frees the data at its
 * end. */
#if WSC_AT_LEAST(4, 4)
static inline void wsc_packet_menu_chosen(void *callback, GPtrArray *fields)
{
    (void)fields;
    (*(const funnel_menu_callback *)callback)(NULL);
}
static inline void wsc_register_packet_menu(const char *name, const funnel_menu_callback *callback)
{
    void *data = g_memdup2(callback, sizeof *callback);
    funnel_register_packet_menu(name, "", wsc_packet_menu_chosen, data, false);
}
#else
#define wsc_register_packet_menu(name, callback) ((void)0)
#endif

/* What draws flow graphs: no release installs epan/sequence_analysis.h. These are the first members of its structs,
 * which Wireshark allocates; what follows them does not matter then. */
typedef struct {
    const char *name;
    wsc_bool any_address;
    int conversations;
    GQueue *items;
} wsc_flow;

typedef struct {
    uint32_t frame_number;
    address source;
    uint16_t source_port;
    address destination;
    uint16_t destination_port;
    char *label, *time, *comment; /* g_malloc()ed; Wireshark frees them */
    uint16_t conversation;
    unsigned foreground, background; /* 0xRRGGBB */
    wsc_bool has_colours;
    wsc_bool display;
} wsc_flow_item;

WS_DLL_PUBLIC void register_seq_analysis(const char *name, const char *ui_name, const int proto_id,
                                         const char *tap_listener, unsigned tap_flags, tap_packet_cb tap_func);
WS_DLL_PUBLIC wsc_flow_item *sequence_analysis_create_sai_with_addresses(packet_info *pinfo, wsc_flow *flow);

#endif
