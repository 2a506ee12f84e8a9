/* The nodes of Wireshark's tree that the walk stops at, and how to read bytes and numbers from them.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TLSDIAG_NODES_H
#define TLSDIAG_NODES_H

#include "ws_compat.h"

/* The role of a tree node in the walk. */
typedef enum {
    ROLE_NONE,
    ROLE_IP,
    ROLE_IPV6,
    ROLE_TCP,
    ROLE_TCP_LENGTH,
    ROLE_UDP,
    ROLE_UDP_STREAM,
    ROLE_DTLS,
    ROLE_RADIUS,
    ROLE_EAP,
    ROLE_QUIC,
    ROLE_OPENVPN_TYPE,
    ROLE_OPENVPN,
    ROLE_ICMP,
    ROLE_ICMPV6,
    ROLE_TLS,
    ROLE_MESSAGE,
    ROLE_DTLS_MESSAGE,
    ROLE_ALERT,
    ROLE_QUIC_CLOSE
} role_e;

typedef struct {
    const uint8_t *bytes;
    size_t captured, length; /* bytes in the capture, and bytes on the wire */
} slice_t;

/* Looks up the fields that have a role. Call once, when all protocols are registered. */
void nodes_resolve(void);

/* The fields that Wireshark has to make for the walk; the caller owns the array. More fields are wanted once nodes of
 * certain roles have been seen: nodes_see() returns true for the first node of such a role. */
GArray *nodes_wanted(void);
bool nodes_see(role_e role);
void nodes_forget(void); /* call for a new capture */

/* The lookup runs for each node of each frame, so it compares only the addresses of fields. A slot without a field ends
 * the search; some slots are always free. */
enum { NODE_SLOT_BITS = 7, NODE_SLOTS = 1 << NODE_SLOT_BITS };
typedef struct {
    const header_field_info *field;
    role_e role;
} node_slot_t;
extern node_slot_t node_slots[NODE_SLOTS];

static inline unsigned first_node_slot(const header_field_info *field)
{
    return (uint32_t)((uintptr_t)field >> 3) * 0x9e3779b1u >> (32 - NODE_SLOT_BITS); /* Fibonacci hashing */
}

static inline role_e role_of(const field_info *field)
{
    unsigned slot = first_node_slot(field->hfinfo);
    while (node_slots[slot].field && node_slots[slot].field != field->hfinfo) {
        slot = (slot + 1) % NODE_SLOTS;
    }
    return node_slots[slot].role;
}

/* A field's bytes: from its start to the end of its buffer, or to its own end. Returns false if none of them were
 * captured. Neither function throws, because they ask only for captured bytes. */
bool bytes_from(const field_info *field, slice_t *slice);
bool bytes_of(const field_info *field, slice_t *slice);

/* Shortens the slice to at most `length` bytes. */
void cut(slice_t *slice, size_t length);

uint32_t number_of(field_info *field);

/* Reads the number in the first child that has this role. */
bool child_number(const proto_node *parent, role_e role, uint32_t *number);

#endif
