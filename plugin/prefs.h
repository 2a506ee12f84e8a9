/* The user's preferences.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_PREFS_H
#define TLSDIAG_PREFS_H

#include <stdbool.h>

#include "core/door/tlsdiag.h"

void prefs_register(int protocol);

/* What the core is opened with. */
tlsdiag_options prefs_options(void);

/* False when the preferences cannot be used as they are; the user has been told then. */
bool prefs_usable(void);

bool prefs_info_column(void);

#endif
