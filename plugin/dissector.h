/* The post-dissector: one capture at a time goes through it.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_DISSECTOR_H
#define TLSDIAG_DISSECTOR_H

#include <stdbool.h>

#include "core/door/tlsdiag.h"

/* The tap's name, and the protocol's. */
#define TLSDIAG_NAME "tlsdiag"

void proto_register_tlsdiag(void);
void proto_reg_handoff_tlsdiag(void);

/* The capture that is open, or NULL. */
tlsdiag_capture *dissector_capture(void);

/* Counts the captures that were opened. tshark begins anew (-M, and -b with each file) without a word to its taps. */
unsigned dissector_session(void);

/* In Wireshark and in sharkd reports are asked for at any time; tshark knows them all before the first packet. */
bool dissector_is_interactive(void);

/* False when the user has disabled the protocol: then nothing is analysed. */
bool dissector_enabled(void);

#endif
