/* Registers and checks the user's preferences, and complains once about each problem.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "prefs.h"

#include "ws_compat.h"

#include <wsutil/report_message.h>

static const char *pref_trust_store = "system";
static const char *pref_size_table = "";
static unsigned pref_silence = 3;
static wsc_bool pref_info_column = true;
static const char *pref_hide = "";
static const char *pref_only = "";
static const char *pref_products = "auto";

static char *last_complaint;

tlsdiag_options prefs_options(void)
{
    return (tlsdiag_options){.trust_store = pref_trust_store,
                             .size_table = pref_size_table,
                             .silence = pref_silence,
                             .products = pref_products,
                             .hide = pref_hide,
                             .only = pref_only};
}

bool prefs_info_column(void)
{
    return pref_info_column;
}

/* Reports the same complaint only once, however often Wireshark applies the preferences. */
static void complain(const char *complaint)
{
    if (g_strcmp0(complaint, last_complaint) != 0) {
        report_failure("tlsdiag: %s", complaint);
        g_free(last_complaint);
        last_complaint = g_strdup(complaint);
    }
}

bool prefs_usable(void)
{
    tlsdiag_options options = prefs_options();
    const char *complaint = tlsdiag_check(&options);
    if (complaint) {
        complain(complaint);
    }
    return !complaint;
}

static void apply_prefs(void)
{
    prefs_usable();
}

void prefs_register(int protocol)
{
    module_t *module = prefs_register_protocol(protocol, apply_prefs);
    prefs_register_string_preference(
        module, "trust_store", "Trust store",
        "Which CA certificates are trusted: \"system\", \"none\", a file of PEM certificates or a directory",
        &pref_trust_store);
    prefs_register_filename_preference(
        module, "size_table", "Size table",
        "Size limits of known receivers, in the format of the built-in table; empty: the "
        "built-in table",
        &pref_size_table, false);
    prefs_register_uint_preference(module, "silence", "Silence (seconds)",
                                   "How long a connection may be silent, by the capture's clock, before its handshake "
                                   "counts as stalled; 0: the default of 3",
                                   10, &pref_silence);
    prefs_register_string_preference(module, "products", "Products",
                                     "Products whose log messages are shown as hints: names separated by commas, "
                                     "\"auto\" (those that the packets indicate), \"all\" or \"none\"",
                                     &pref_products);
    prefs_register_bool_preference(module, "info_column", "Show problems in the Info column",
                                   "Append [id] to the Info column of each frame that has a problem",
                                   &pref_info_column);
    prefs_register_string_preference(module, "hide", "Hidden findings",
                                     "The IDs of the findings to hide, separated by commas", &pref_hide);
    prefs_register_string_preference(module, "only", "Only these findings",
                                     "The IDs of the only findings to show, separated by commas; reports (-z tlsdiag) "
                                     "then cover only the conversations that have one of them; empty: all",
                                     &pref_only);
}
