/* The post-dissector. It handles one capture at a time.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_DISSECTOR_H
#define TLSDIAG_DISSECTOR_H

#include <stdbool.h>

#include "core/door/tlsdiag.h"

/* The name of the tap and of the protocol. */
#define TLSDIAG_NAME "tlsdiag"

void proto_register_tlsdiag(void);
void proto_reg_handoff_tlsdiag(void);

/* The open capture, or NULL. */
tlsdiag_capture *dissector_capture(void);

/* The number of captures opened so far. tshark starts a new one (-M, or -b for each file) without telling its taps. */
unsigned dissector_session(void);

/* In Wireshark and in sharkd, users can request a report at any time; tshark knows all reports before the first packet.
 */
bool dissector_is_interactive(void);

/* False if the user has disabled the protocol; then nothing is analysed. */
bool dissector_enabled(void);

#endif
