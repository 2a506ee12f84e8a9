/* -z tlsdiag,ladder: text ladders on the standard output.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_LADDER_H
#define TLSDIAG_LADDER_H

#include "core/door/tlsdiag.h"

/* Prints the ladders of those that are chosen; `chosen` has `count` flags. */
void ladder_print(tlsdiag_capture *capture, const bool *chosen, uint32_t count);

/* What ladders are drawn from is kept: of all in Wireshark and in sharkd, where anybody may ask for any of them;
 * elsewhere as far as somebody has asked for them before the packets come. */
void ladder_want(tlsdiag_ladders_e wanted);
tlsdiag_ladders_e ladder_wanted(void);

#endif
