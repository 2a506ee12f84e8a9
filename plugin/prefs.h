/* The user's preferences.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_PREFS_H
#define TLSDIAG_PREFS_H

#include <stdbool.h>

#include "core/door/tlsdiag.h"

void prefs_register(int protocol);

/* The options that the core is opened with. */
tlsdiag_options prefs_options(void);

/* False if the preferences are unusable; the user has then been told why. */
bool prefs_usable(void);

bool prefs_info_column(void);

#endif
