/* -z tlsdiag,ladder: text ladders on the standard output.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_LADDER_H
#define TLSDIAG_LADDER_H

#include "core/door/tlsdiag.h"

/* Prints the ladders of the chosen conversations; `chosen` has `count` flags. */
void ladder_print(tlsdiag_capture *capture, const bool *chosen, uint32_t count);

#endif
