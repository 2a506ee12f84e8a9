/* The one file that knows one Wireshark release from another.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_WS_COMPAT_H
#define TLSDIAG_WS_COMPAT_H

#include <wireshark.h>
#include <ws_version.h>

#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/stat_tap_ui.h>

#define WSC_AT_LEAST(major, minor)                                                                                     \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

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

#endif
