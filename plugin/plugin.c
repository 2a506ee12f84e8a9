/* The symbols that Wireshark looks for in a plugin.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define WS_BUILD_DLL /* WS_DLL_PUBLIC exports */
#include "ws_compat.h"

#include "dissector.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = TLSDIAG_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WSC_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WSC_MINOR;

WS_DLL_PUBLIC uint32_t plugin_describe(void);
WS_DLL_PUBLIC void plugin_register(void);

uint32_t plugin_describe(void)
{
    return WSC_PLUGIN_IS_DISSECTOR;
}

void plugin_register(void)
{
    static proto_plugin plugin = {.register_protoinfo = proto_register_tlsdiag,
                                  .register_handoff = proto_reg_handoff_tlsdiag};
    proto_register_plugin(&plugin);
}
