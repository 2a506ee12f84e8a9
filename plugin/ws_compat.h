/* All differences between Wireshark releases. No other file depends on the release.
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

/* The release that the plugin is built for; other releases do not load it. */
#define WSC_MAJOR WIRESHARK_VERSION_MAJOR
#define WSC_MINOR WIRESHARK_VERSION_MINOR

/* plugin_describe() is called from 4.2 on. */
#if WSC_AT_LEAST(4, 2)
#include <wsutil/plugins.h>
#define WSC_PLUGIN_IS_DISSECTOR WS_PLUGIN_DESC_DISSECTOR
#else
#define WSC_PLUGIN_IS_DISSECTOR 1
#endif

/* The type of a boolean preference. */
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

/* Whether a tree that is not drawn omits protocols at its top unless a post-dissector wants them. */
#define WSC_PROTOCOLS_NEED_WANTING WSC_AT_LEAST(4, 6)

/* "Reassembled TCP (123 bytes)", to be freed with wmem_free(NULL, ...). */
#if WSC_AT_LEAST(4, 6)
#define wsc_data_source_text get_data_source_description
#else
#define wsc_data_source_text get_data_source_name
#endif

/* How the handler of a -z argument accepts or refuses it; before 4.6 it has to end tshark itself. */
#if WSC_AT_LEAST(4, 6)
typedef bool wsc_stat_tap_result;
#define WSC_STAT_TAP_DONE return true
#define WSC_STAT_TAP_REFUSED return false
#else
typedef void wsc_stat_tap_result;
#define WSC_STAT_TAP_DONE return
#define WSC_STAT_TAP_REFUSED exit(EXIT_FAILURE)
#endif

/* A context menu item on a packet. Wireshark also passes the packet's fields, which the callback does not need. A
 * function must not be called with more arguments than it declares, so a wrapper takes them and drops them. Wireshark
 * frees the data when it exits. */
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

/* Declarations for flow graphs, because no release installs epan/sequence_analysis.h. These are the first members of
 * its structs. Wireshark allocates the structs, so the members after these do not matter. */
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
