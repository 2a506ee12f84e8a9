/* The user's preferences: registered, checked, and complained of once.
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
static const char *pref_products = "auto";

static bool *hidden; /* a flag for each diagnosis */
static char *last_complaint;

tlsdiag_options prefs_options(void)
{
    return (tlsdiag_options){.trust_store = pref_trust_store,
                             .size_table = pref_size_table,
                             .silence = pref_silence,
                             .products = pref_products};
}

bool prefs_info_column(void)
{
    return pref_info_column;
}

bool prefs_hides(uint32_t diagnosis)
{
    return hidden[diagnosis];
}

static bool hide(const char *id)
{
    size_t count;
    const tlsdiag_diagnosis *catalogue = tlsdiag_catalogue(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(catalogue[i].id, id) == 0) {
            hidden[i] = true;
            return true;
        }
    }
    return false;
}

/* Takes over the list of hidden ids; returns a complaint, to be freed, about one that does not exist. */
static char *apply_hide(void)
{
    size_t count;
    tlsdiag_catalogue(&count);
    memset(hidden, 0, count * sizeof *hidden);

    char *complaint = NULL;
    char **ids = g_strsplit_set(pref_hide, ", ", -1);
    for (char **id = ids; *id; id++) {
        if (**id && !hide(*id) && !complaint) {
            complaint = g_strdup_printf("the preference tlsdiag.hide names \"%s\", which is no diagnosis", *id);
        }
    }
    g_strfreev(ids);
    return complaint;
}

/* The same words are said once, however often Wireshark applies the preferences. */
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
    char *hide_complaint = apply_hide();
    tlsdiag_options options = prefs_options();
    const char *complaint = tlsdiag_check(&options);
    if (!complaint) {
        complaint = hide_complaint;
    }
    bool usable = !complaint;
    if (!usable) {
        complain(complaint);
    }
    g_free(hide_complaint);
    return usable;
}

static void apply_prefs(void)
{
    prefs_usable();
}

void prefs_register(int protocol)
{
    size_t count;
    tlsdiag_catalogue(&count);
    hidden = g_new0(bool, count);

    module_t *module = prefs_register_protocol(protocol, apply_prefs);
    prefs_register_string_preference(
        module, "trust_store", "Trust store",
        "Whose certificates count as trusted: \"system\", \"none\", a file of PEM certificates or a directory",
        &pref_trust_store);
    prefs_register_filename_preference(module, "size_table", "Size table",
                                       "What known receivers can take, in the form of the built-in table; empty: the "
                                       "built-in table",
                                       &pref_size_table, false);
    prefs_register_uint_preference(module, "silence", "Silence (seconds)",
                                   "How long nothing may come, by the capture's clock, before a handshake counts as "
                                   "stalled; 0: the default of 3",
                                   10, &pref_silence);
    prefs_register_string_preference(module, "products", "Products",
                                     "Whose log messages are shown as hints: names of products separated by commas, "
                                     "\"auto\" (those that the packets tell), \"all\" or \"none\"",
                                     &pref_products);
    prefs_register_bool_preference(module, "info_column", "Show problems in the Info column",
                                   "Append [id] to the Info column of each frame that has a problem",
                                   &pref_info_column);
    prefs_register_string_preference(module, "hide", "Hidden findings",
                                     "The ids, separated by commas, of findings that packets do not show; reports "
                                     "(-z tlsdiag) still have them",
                                     &pref_hide);
}
