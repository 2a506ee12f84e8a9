/* -z tlsdiag,live: verdicts as they become known.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_LIVE_H
#define TLSDIAG_LIVE_H

/* `filter`: NULL for all packets. Returns NULL, or an error message (to be freed). */
char *live_start(const char *filter);

/* tshark starts a new capture (-M, or -b for each file) without telling its taps. This prints what is left to print. */
void live_closing(void);

#endif
