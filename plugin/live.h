/* -z tlsdiag,live: verdicts as they become known.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_LIVE_H
#define TLSDIAG_LIVE_H

#include "core/door/tlsdiag.h"

/* `filter`: NULL for all. Returns NULL, or what is wrong with it (to be freed). */
char *live_start(const char *filter);

/* tshark begins anew (-M, and -b with each file) without a word to its taps: tells what is not told yet. */
void live_closing(tlsdiag_capture *capture);

#endif
