/* From Wireshark's tree of a frame to the door.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_WALK_H
#define TLSDIAG_WALK_H

#include "ws_compat.h"

#include "core/door/tlsdiag.h"

/* Hands everything in this frame that the core wants through the door, in the tree's order. True: from now on more
 * fields are wanted, see nodes_wanted(). */
bool walk_frame(tlsdiag_capture *capture, packet_info *pinfo, proto_tree *tree);

#endif
