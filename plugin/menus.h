/* The menu Tools > TLS Diagnosis.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_MENUS_H
#define TLSDIAG_MENUS_H

void menus_register(void);

#endif
