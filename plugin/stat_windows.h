/* The Statistics windows: sheets of what conversations have in common.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_STATISTICS_H
#define TLSDIAG_STATISTICS_H

#include "core/door/tlsdiag.h"

void statistics_register(void);

/* What they need is kept where they may be asked for at any time; elsewhere only once somebody wants it. */
void statistics_want(void);
void statistics_keep(tlsdiag_capture *capture);

#endif
