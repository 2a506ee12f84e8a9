/* The post-dissector. It handles one capture at a time.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_DISSECTOR_H
#define TLSDIAG_DISSECTOR_H

void proto_register_tlsdiag(void);
void proto_reg_handoff_tlsdiag(void);

#endif
