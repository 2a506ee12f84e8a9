/* The reports of -z tlsdiag.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_REPORT_H
#define TLSDIAG_REPORT_H

void report_register(void);

#endif
