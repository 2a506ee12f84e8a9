/* -z tlsdiag,live: verdicts as they become known.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_LIVE_H
#define TLSDIAG_LIVE_H

/* `filter`: NULL for all. Returns NULL, or what is wrong with it (to be freed). */
char *live_start(const char *filter);

#endif
