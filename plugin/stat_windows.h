/* The windows in the Statistics menu: tables of what conversations have in common.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_STAT_WINDOWS_H
#define TLSDIAG_STAT_WINDOWS_H

void stat_windows_register(void);

#endif
