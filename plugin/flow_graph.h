/* The TLS handshake ladder among Wireshark's flow graphs.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_FLOW_H
#define TLSDIAG_FLOW_H

#include "ws_compat.h"

void flow_register(int protocol);

/* Whether somebody draws one now; then every frame is due to it. */
bool flow_wanted(void);
void flow_frame(packet_info *pinfo);

#endif
