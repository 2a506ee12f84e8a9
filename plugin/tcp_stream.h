/* Finds the TCP stream that a segment belongs to.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_TCP_STREAM_H
#define TLSDIAG_TCP_STREAM_H

#include "ws_compat.h"

/* Finds the number that tshark shows as tcp.stream. `header` is the segment's header, at least 20 bytes. Wireshark
 * keeps only the addresses of a frame's innermost packet, so the answer is false for a TCP connection that carries
 * another one inside its packets. */
bool tcp_stream_of(packet_info *pinfo, const uint8_t *header, uint32_t *stream);

/* Call when a capture is opened: stream numbers start again. */
void tcp_stream_forget(void);

#endif
