/* Which TCP stream a segment is of.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_TCP_STREAM_H
#define TLSDIAG_TCP_STREAM_H

#include "ws_compat.h"

/* The number that tshark shows as tcp.stream; `header` is the segment's, of 20 bytes at least. A frame's addresses are
 * those of its innermost packet: of a TCP connection that carries another one in its packets nothing is known, and
 * false the answer. */
bool tcp_stream_of(packet_info *pinfo, const uint8_t *header, uint32_t *stream);

/* A capture is opened: streams are counted anew. */
void tcp_stream_forget(void);

#endif
