/* The TLS handshake ladder as one of Wireshark's flow graphs.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_FLOW_GRAPH_H
#define TLSDIAG_FLOW_GRAPH_H

#include "ws_compat.h"

void flow_graph_register(int protocol);

/* Whether a flow graph is being drawn now; if so, every frame must go to its tap. */
bool flow_graph_wanted(void);

void flow_graph_frame(packet_info *pinfo);

#endif
