/* Passes the TLS data in Wireshark's tree of a frame to the core.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_WALK_H
#define TLSDIAG_WALK_H

#include "ws_compat.h"

#include "core/door/tlsdiag.h"

/* Passes everything in this frame that the core wants to the core, in tree order; `ask_now` as in tlsdiag_frame_end().
 * Returns true if more fields are wanted from now on, see nodes_wanted(). */
bool walk_frame(tlsdiag_capture *capture, packet_info *pinfo, proto_tree *tree, bool ask_now);

#endif
