/* Walks the tree of a frame in document order and passes the TLS bytes to the core.
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark throws exceptions by longjmp, which must not cross C++ frames. So each function here first gets its bytes
 * as plain pointers, asking only for captured bytes, and then calls the core.
 */
#include "walk.h"

#include "nodes.h"
#include "tcp_stream.h"

typedef struct {
    tlsdiag_capture *capture;
    packet_info *pinfo;
    bool begun;          /* the core knows about this frame */
    role_e carrier;      /* the protocol that carries TLS here, or ROLE_NONE */
    tvbuff_t *source;    /* the data source that the carrier is in */
    bool has_records;    /* TLS records were seen in it */
    uint32_t udp_stream; /* or TLSDIAG_NO_STREAM */
    bool wants_more;     /* a protocol was seen for the first time */
} walk_t;

static void walk_children(walk_t *walk, proto_node *parent);

bool walk_frame(tlsdiag_capture *capture, packet_info *pinfo, proto_tree *tree)
{
    walk_t walk = {.capture = capture, .pinfo = pinfo, .udp_stream = TLSDIAG_NO_STREAM};
    walk_children(&walk, tree);
    if (walk.begun) {
        tlsdiag_frame_end(capture);
    }
    return walk.wants_more;
}

/* ---- The frame ---- */

/* The length decides, because 802.11 uses an address type of its own for Ethernet addresses. */
static void take_address(tlsdiag_address *to, const address *from)
{
    enum { IPV4 = 4, ETHERNET = 6, IPV6 = 16 };
    switch (from->type == AT_STRINGZ ? 0 : from->len) {
    case IPV4:
        memcpy(to->bytes, from->data, IPV4);
        break;
    case ETHERNET:
        memcpy(to->bytes, from->data, ETHERNET);
        break;
    case IPV6:
        memcpy(to->bytes, from->data, IPV6);
        break;
    default:
        return;
    }
    to->length = (uint8_t)from->len;
}

/* Tells the core about the frame when the first relevant item is found in it. */
static tlsdiag_capture *enter(walk_t *walk)
{
    if (!walk->begun) {
        const packet_info *pinfo = walk->pinfo;
        tlsdiag_frame frame = {.number = pinfo->num,
                               .seconds = pinfo->abs_ts.secs,
                               .nanoseconds = pinfo->abs_ts.nsecs,
                               .source_port = (uint16_t)pinfo->srcport,
                               .destination_port = (uint16_t)pinfo->destport};
        take_address(&frame.source, &pinfo->src);
        take_address(&frame.destination, &pinfo->dst);
        tlsdiag_frame_begin(walk->capture, &frame);
        walk->begun = true;
    }
    return walk->capture;
}

/* ---- Carriers ---- */

/* In a tree that is drawn, the node covers only the header, and tcp.len gives the length of the payload. In other trees
 * the node covers the whole segment. Bytes after it in the frame can be padding. */
static bool feed_tcp(walk_t *walk, const proto_node *node, const field_info *field)
{
    enum { SHORTEST_HEADER = 20 };
    slice_t segment;
    uint32_t stream, length;
    if (!bytes_of(field, &segment) || segment.captured < SHORTEST_HEADER ||
        !tcp_stream_of(walk->pinfo, segment.bytes, &stream)) {
        return false;
    }
    size_t header = MAX((size_t)(segment.bytes[12] >> 4) * 4, SHORTEST_HEADER);
    if (child_number(node, ROLE_TCP_LENGTH, &length)) {
        bytes_from(field, &segment);
        cut(&segment, header + length);
    }
    size_t captured = MIN(header, segment.captured);
    tlsdiag_tcp(enter(walk), stream, segment.bytes, captured, segment.bytes + captured, segment.captured - captured,
                segment.length - MIN(header, segment.length));
    return true;
}

static bool feed_datagram(walk_t *walk, const field_info *field)
{
    slice_t datagram;
    if (walk->udp_stream == TLSDIAG_NO_STREAM || !bytes_of(field, &datagram)) {
        return false;
    }
    tlsdiag_datagram(enter(walk), walk->udp_stream, datagram.bytes, datagram.captured, datagram.length);
    return true;
}

static bool feed_eap(walk_t *walk, const field_info *field)
{
    slice_t packet;
    if (!bytes_of(field, &packet)) {
        return false;
    }
    tlsdiag_eap(enter(walk), walk->udp_stream, packet.bytes, packet.captured, packet.length);
    return true;
}

/* One of the packets in a datagram; it ends where the next one starts. */
static bool feed_quic(walk_t *walk, const proto_node *node, const field_info *field)
{
    slice_t packet;
    if (walk->udp_stream == TLSDIAG_NO_STREAM || !bytes_of(field, &packet)) {
        return false;
    }
    const field_info *next = node->next ? PNODE_FINFO(node->next) : NULL;
    if (next && role_of(next) == ROLE_QUIC && next->ds_tvb == field->ds_tvb && next->start > field->start) {
        cut(&packet, (size_t)(next->start - field->start));
    }
    tlsdiag_quic(enter(walk), walk->udp_stream, packet.bytes, packet.captured, packet.length);
    return true;
}

/* ---- What they carry ---- */

static size_t number24(const uint8_t *bytes)
{
    return (size_t)bytes[0] << 16 | (size_t)bytes[1] << 8 | bytes[2];
}

/* A data source that is neither the carrier nor reassembled from carriers was decrypted: it is inside TLS. The first
 * records in a carrier are the outer ones and never inside. (Building the source's text costs more than anything else
 * in a frame.) */
static bool is_inner(const walk_t *walk, tvbuff_t *source)
{
    if (source == walk->source || !walk->has_records) {
        return false;
    }
    for (const GSList *entry = walk->pinfo->data_src; entry; entry = entry->next) {
        const struct data_source *candidate = (const struct data_source *)entry->data;
        if (get_data_source_tvb(candidate) == source) {
            char *text = wsc_data_source_text(candidate);
            bool reassembled = g_str_has_prefix(text, "Reassembled TCP") || g_str_has_prefix(text, "Reassembled EAP");
            wmem_free(NULL, text);
            return !reassembled;
        }
    }
    return true;
}

/* Only records that the TLS dissector has whole; a partial record comes again when it is reassembled. */
static void feed_records(walk_t *walk, const field_info *field)
{
    enum { HEADER = 5, FIRST_TYPE = 20, LAST_TYPE = 24, MAJOR_VERSION = 3 };
    slice_t rest;
    if (walk->carrier != ROLE_TCP || !bytes_of(field, &rest)) {
        return;
    }
    bool inner = is_inner(walk, field->ds_tvb);
    walk->has_records = true;
    while (rest.captured >= HEADER && rest.bytes[0] >= FIRST_TYPE && rest.bytes[0] <= LAST_TYPE &&
           rest.bytes[1] == MAJOR_VERSION) {
        size_t length = HEADER + ((size_t)rest.bytes[3] << 8 | rest.bytes[4]);
        if (length > rest.captured) {
            break;
        }
        tlsdiag_record(enter(walk), inner, rest.bytes, length);
        rest.bytes += length;
        rest.captured -= length;
    }
}

static void feed_message(walk_t *walk, const field_info *field)
{
    enum { HEADER = 4 };
    slice_t message;
    if (bytes_from(field, &message) && message.captured >= HEADER) {
        size_t length = HEADER + number24(message.bytes + 1);
        if (length <= message.captured) {
            tlsdiag_message(enter(walk), message.bytes, length);
        }
    }
}

/* The DTLS header contains the message number and the offset and length of the fragment (RFC 6347, 4.2.2). The core
 * reads clear messages from the datagram itself; this passes on decrypted messages that are whole. */
static void feed_dtls_message(walk_t *walk, const field_info *field)
{
    enum { HEADER = 12, TLS_HEADER = 4 };
    slice_t fragment;
    if (field->ds_tvb == walk->source || !bytes_from(field, &fragment) || fragment.captured < HEADER) {
        return;
    }
    size_t length = number24(fragment.bytes + 1);
    bool whole = number24(fragment.bytes + 6) == 0 && number24(fragment.bytes + 9) == length;
    if (!whole || fragment.captured - HEADER < length) {
        return;
    }
    uint8_t *message = (uint8_t *)wmem_alloc(walk->pinfo->pool, TLS_HEADER + length);
    memcpy(message, fragment.bytes, TLS_HEADER);
    memcpy(message + TLS_HEADER, fragment.bytes + HEADER, length);
    tlsdiag_message(enter(walk), message, TLS_HEADER + length);
}

static void feed_alert(walk_t *walk, const field_info *field)
{
    slice_t alert;
    if (bytes_from(field, &alert) && alert.captured >= 2) {
        tlsdiag_alert(enter(walk), alert.bytes[0], alert.bytes[1]);
    }
}

/* The code is a variable-length integer (RFC 9000, 16). */
static void feed_quic_close(walk_t *walk, const field_info *field)
{
    slice_t code;
    if (!bytes_from(field, &code)) {
        return;
    }
    size_t size = (size_t)1 << (code.bytes[0] >> 6);
    if (code.captured < size) {
        return;
    }
    uint64_t value = code.bytes[0] & 0x3f;
    for (size_t i = 1; i < size; i++) {
        value = value << 8 | code.bytes[i];
    }
    tlsdiag_quic_close(enter(walk), value);
}

static void feed_icmp(walk_t *walk, bool v6, const field_info *field)
{
    slice_t packet;
    if (bytes_of(field, &packet)) {
        tlsdiag_icmp(enter(walk), v6, packet.bytes, packet.captured);
    }
}

/* ---- The tree ---- */

static void visit_carrier(walk_t *walk, role_e role, const proto_node *node, const field_info *field)
{
    if (role == ROLE_EAP && walk->carrier == ROLE_EAP && field->ds_tvb != walk->source) {
        return; /* EAP inside TLS inside EAP (PEAP) is not the conversation that carries TLS */
    }
    bool fed = role == ROLE_TCP    ? feed_tcp(walk, node, field)
               : role == ROLE_DTLS ? feed_datagram(walk, field)
               : role == ROLE_EAP  ? feed_eap(walk, field)
                                   : feed_quic(walk, node, field);
    walk->carrier = fed ? role : ROLE_NONE;
    walk->source = field->ds_tvb;
    walk->has_records = false;
}

static void visit_content(walk_t *walk, role_e role, const field_info *field)
{
    if (walk->carrier == ROLE_NONE) {
        return; /* TLS over something that the core does not follow */
    }
    switch (role) {
    case ROLE_TLS:
        feed_records(walk, field);
        break;
    case ROLE_MESSAGE:
        feed_message(walk, field);
        break;
    case ROLE_DTLS_MESSAGE:
        feed_dtls_message(walk, field);
        break;
    case ROLE_ALERT:
        feed_alert(walk, field);
        break;
    case ROLE_QUIC_CLOSE:
        feed_quic_close(walk, field);
        break;
    default:
        break;
    }
}

/* Returns false if the walk must not descend: ICMP quotes earlier packets. */
static bool visit(walk_t *walk, const proto_node *node, field_info *field)
{
    role_e role = role_of(field);
    switch (role) {
    case ROLE_NONE:
    case ROLE_TCP_LENGTH:
        return true;
    case ROLE_UDP_STREAM:
        walk->udp_stream = number_of(field);
        break;
    case ROLE_TCP:
    case ROLE_DTLS:
    case ROLE_EAP:
    case ROLE_QUIC:
        visit_carrier(walk, role, node, field);
        break;
    case ROLE_ICMP:
    case ROLE_ICMPV6:
        feed_icmp(walk, role == ROLE_ICMPV6, field);
        return false;
    default:
        visit_content(walk, role, field);
        break;
    }
    walk->wants_more |= nodes_see(role);
    return true;
}

static void walk_children(walk_t *walk, proto_node *parent)
{
    for (proto_node *node = parent->first_child; node; node = node->next) {
        field_info *field = PNODE_FINFO(node);
        if ((!field || visit(walk, node, field)) && node->first_child) {
            walk_children(walk, node);
        }
    }
}
