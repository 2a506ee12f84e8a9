/* Shows the results of a frame each time Wireshark dissects it.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_RESULTS_H
#define TLSDIAG_RESULTS_H

#include "ws_compat.h"

#include "core/door/tlsdiag.h"

/* Registers the fields, and an expert info for each diagnosis in the catalogue. */
void results_register(int protocol);

/* Call when a capture is opened: looks up what Wireshark registers after all dissectors. */
void results_open(void);

/* Whether anybody can see what results_frame() adds to this frame. If not, the core need not be asked; it then analyses
 * many frames at a time, which is faster. */
bool results_are_looked_at(const packet_info *pinfo, proto_tree *tree);

/* Adds the frame's results to its tree, its expert infos and its Info column. `tree` may be NULL. */
void results_frame(tlsdiag_capture *capture, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Whether a warning or an error is shown for this frame. */
bool results_has_problem(tlsdiag_capture *capture, uint32_t frame);

#endif
