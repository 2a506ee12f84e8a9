/* The windows in the Statistics menu: tables of what conversations have in common.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_STATISTICS_H
#define TLSDIAG_STATISTICS_H

#include "core/door/tlsdiag.h"

void statistics_register(void);

/* Keeps the facts that the tables need: always where users can open a table at any time, elsewhere only on request. */
void statistics_want(void);
void statistics_keep(tlsdiag_capture *capture);

#endif
