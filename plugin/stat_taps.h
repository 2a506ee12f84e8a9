/* The reports of -z tlsdiag.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_STAT_TAPS_H
#define TLSDIAG_STAT_TAPS_H

void stat_taps_register(void);

#endif
