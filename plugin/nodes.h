/* The nodes of Wireshark's tree that the walk stops at, and bytes and numbers out of them.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_NODES_H
#define TLSDIAG_NODES_H

#include "ws_compat.h"

/* What a node of the tree is to the walk. */
typedef enum {
    ROLE_NONE,
    ROLE_TCP,
    ROLE_TCP_STREAM,
    ROLE_UDP_STREAM,
    ROLE_DTLS,
    ROLE_EAP,
    ROLE_QUIC,
    ROLE_ICMP,
    ROLE_ICMPV6,
    ROLE_RECORD,
    ROLE_MESSAGE,
    ROLE_DTLS_MESSAGE,
    ROLE_ALERT,
    ROLE_QUIC_CLOSE
} role_e;

typedef struct {
    const uint8_t *bytes;
    size_t captured, length; /* what is there, and what was on the wire */
} slice_t;

/* Looks up the fields that have a role; once, when all protocols are registered. */
void nodes_resolve(void);

/* The fields that Wireshark has to make for the walk; the caller owns the array. */
GArray *nodes_wanted(void);

role_e role_of(const field_info *field);

/* None of these throws; false: nothing is captured of it. */

/* A protocol's bytes to the end of what it was given: without the frame's padding. */
bool protocol_bytes(field_info *field, slice_t *slice);

/* A field's bytes to the end of its data source. */
bool field_bytes(const field_info *field, slice_t *slice);

/* No more than what Wireshark says that the field covers. */
void cut_to_field(const field_info *field, slice_t *slice);

uint32_t number_of(field_info *field);

/* The number in the first child that has this role. */
bool child_number(const proto_node *parent, role_e role, uint32_t *number);

#endif
