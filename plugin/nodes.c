/* Finds the fields that the walk needs, and reads bytes and numbers from their nodes.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "nodes.h"

enum { DRAWN = -1, ALWAYS = ROLE_NONE, PROTOCOL = WSC_PROTOCOLS_NEED_WANTING ? ALWAYS : DRAWN };

/* A tree that is drawn contains every field. In other trees Wireshark makes only the `wanted` fields. Each of them
 * costs time in every packet; a field in every TCP packet would cost most, so the TCP stream number comes from the
 * conversation instead. Fields that only decrypted packets have are wanted once their protocol has been seen: the first
 * packet of TLS is never decrypted. Before Wireshark 4.6, protocols at the top of the tree are always present; a
 * protocol that is present because it is wanted covers only its header. */
static const struct {
    const char *name;
    role_e role;
    int wanted; /* ALWAYS, once a node of this role has been seen, or only in a tree that is DRAWN */
} nodes[] = {
    {"ip", ROLE_IP, PROTOCOL},
    {"ipv6", ROLE_IPV6, PROTOCOL},
    {"tcp", ROLE_TCP, PROTOCOL},
    {"tcp.len", ROLE_TCP_LENGTH, PROTOCOL},
    {"udp", ROLE_UDP, PROTOCOL},
    {"udp.stream", ROLE_UDP_STREAM, ALWAYS},
    {"dtls", ROLE_DTLS, PROTOCOL},
    {"radius", ROLE_RADIUS, PROTOCOL},
    {"eap", ROLE_EAP, ALWAYS}, /* deep in RADIUS */
    {"quic", ROLE_QUIC, PROTOCOL},
    {"openvpn.type", ROLE_OPENVPN_TYPE, ALWAYS},
    {"openvpn.mpid", ROLE_OPENVPN, ALWAYS}, /* the number of a packet in the control channel */
    {"icmp", ROLE_ICMP, PROTOCOL},
    {"icmpv6", ROLE_ICMPV6, PROTOCOL},
    {"tls", ROLE_TLS, PROTOCOL},
    {"tls.handshake.type", ROLE_MESSAGE, ALWAYS}, /* for QUIC, even in the first packet */
    {"dtls.handshake.type", ROLE_DTLS_MESSAGE, ROLE_DTLS},
    {"tls.alert_message.level", ROLE_ALERT, ROLE_TLS},
    {"dtls.alert_message.level", ROLE_ALERT, ROLE_DTLS},
    {"quic.cc.error_code", ROLE_QUIC_CLOSE, ROLE_QUIC},
};

typedef struct {
    int id, wanted;
} wanted_t;

node_slot_t node_slots[NODE_SLOTS];
static GArray *wanted_fields; /* of wanted_t */
static unsigned seen;         /* a bit for each role on which wanted fields depend */

static void resolve(const header_field_info *field, role_e role, int wanted)
{
    static unsigned taken;
    if (taken == NODE_SLOTS / 2) {
        return; /* a name has one field or a few: there is room for more than twice as many */
    }
    taken++;
    unsigned slot = first_node_slot(field);
    while (node_slots[slot].field) {
        slot = (slot + 1) % NODE_SLOTS;
    }
    node_slots[slot] = (node_slot_t){field, role};
    if (wanted != DRAWN) {
        wanted_t one = {.id = field->id, .wanted = wanted};
        g_array_append_val(wanted_fields, one);
    }
}

/* Several fields can share a name, and not every release has every name. */
void nodes_resolve(void)
{
    wanted_fields = g_array_new(FALSE, FALSE, sizeof(wanted_t));
    for (size_t i = 0; i < G_N_ELEMENTS(nodes); i++) {
        const header_field_info *field = proto_registrar_get_byname(nodes[i].name);
        while (field && field->same_name_prev_id != -1) {
            field = proto_registrar_get_nth((unsigned)field->same_name_prev_id);
        }
        for (; field; field = field->same_name_next) {
            resolve(field, nodes[i].role, nodes[i].wanted);
        }
    }
}

GArray *nodes_wanted(void)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int));
    for (unsigned i = 0; i < wanted_fields->len; i++) {
        const wanted_t *one = &g_array_index(wanted_fields, wanted_t, i);
        if (one->wanted == ALWAYS || seen >> one->wanted & 1) {
            g_array_append_val(ids, one->id);
        }
    }
    return ids;
}

bool nodes_see(role_e role)
{
    bool news = !(seen >> role & 1);
    seen |= 1u << role;
    return news;
}

void nodes_forget(void)
{
    seen = 0;
}

bool bytes_from(const field_info *field, slice_t *slice)
{
    int captured = field->ds_tvb ? tvb_captured_length_remaining(field->ds_tvb, field->start) : 0;
    if (captured <= 0) {
        return false;
    }
    slice->bytes = tvb_get_ptr(field->ds_tvb, field->start, captured);
    slice->captured = (size_t)captured;
    slice->length = (size_t)MAX(tvb_reported_length_remaining(field->ds_tvb, field->start), captured);
    return true;
}

/* Wireshark cuts a field's length to the captured bytes; the rest of the packet then counts as part of the field. */
bool bytes_of(const field_info *field, slice_t *slice)
{
    if (!bytes_from(field, slice) || field->length <= 0) {
        return false;
    }
    cut(slice, (size_t)field->length);
    return true;
}

void cut(slice_t *slice, size_t length)
{
    if (length < slice->captured) {
        slice->captured = length;
        slice->length = length;
    }
}

uint32_t number_of(field_info *field)
{
    return fvalue_get_uinteger(WSC_VALUE(field));
}

bool child_number(const proto_node *parent, role_e role, uint32_t *number)
{
    for (const proto_node *child = parent->first_child; child; child = child->next) {
        field_info *field = PNODE_FINFO(child);
        if (field && role_of(field) == role) {
            *number = number_of(field);
            return true;
        }
    }
    return false;
}
