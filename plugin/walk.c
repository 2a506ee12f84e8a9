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
    uint8_t hop_limit;   /* of the last IP header; 0: not known */
    role_e carrier;      /* the protocol that carries TLS here, or ROLE_NONE */
    tvbuff_t *source;    /* the data source that the carrier is in */
    bool has_records;    /* TLS records were seen in it */
    uint32_t tcp_stream; /* if the carrier is TCP */
    uint32_t udp_stream; /* or TLSDIAG_NO_STREAM */
    uint8_t openvpn_type;
    const field_info *udp; /* the last UDP header, or NULL */
    bool fed;              /* the core got a carrier */
    bool wants_more;       /* a protocol was seen for the first time */
} walk_t;

static void walk_children(walk_t *walk, proto_node *parent);
static void feed_undissected(walk_t *walk);

bool walk_frame(tlsdiag_capture *capture, packet_info *pinfo, proto_tree *tree, bool ask_now)
{
    walk_t walk = {.capture = capture, .pinfo = pinfo, .udp_stream = TLSDIAG_NO_STREAM};
    walk_children(&walk, tree);
    feed_undissected(&walk);
    if (walk.begun) {
        tlsdiag_frame_end(capture, ask_now);
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
                               .destination_port = (uint16_t)pinfo->destport,
                               .hop_limit = walk->hop_limit};
        take_address(&frame.source, &pinfo->src);
        take_address(&frame.destination, &pinfo->dst);
        tlsdiag_frame_begin(walk->capture, &frame);
        walk->begun = true;
    }
    return walk->capture;
}

/* IPv4's time to live. */
static void note_hop_limit(walk_t *walk, const field_info *field, size_t place)
{
    slice_t header;
    walk->hop_limit = bytes_from(field, &header) && header.captured > place ? header.bytes[place] : 0;
}

/* ---- Carriers ---- */

/* In a tree that is drawn, the node covers only the header, and tcp.len gives the length of the payload. In other trees
 * the node covers the whole segment. Bytes after it in the frame can be padding. */
static bool feed_tcp(walk_t *walk, const proto_node *node, const field_info *field)
{
    enum { SHORTEST_HEADER = 20 };
    slice_t segment;
    uint32_t length;
    if (!bytes_of(field, &segment) || segment.captured < SHORTEST_HEADER ||
        !tcp_stream_of(walk->pinfo, segment.bytes, &walk->tcp_stream)) {
        return false;
    }
    size_t header = MAX((size_t)(segment.bytes[12] >> 4) * 4, SHORTEST_HEADER);
    if (child_number(node, ROLE_TCP_LENGTH, &length)) {
        bytes_from(field, &segment);
        cut(&segment, header + length);
    }
    size_t captured = MIN(header, segment.captured);
    tlsdiag_tcp(enter(walk), walk->tcp_stream, segment.bytes, captured, segment.bytes + captured,
                segment.captured - captured, segment.length - MIN(header, segment.length));
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

/* Around EAP: it tells which authentication the EAP packet belongs to. */
static void feed_radius(walk_t *walk, const field_info *field)
{
    slice_t packet;
    if (bytes_from(field, &packet)) {
        tlsdiag_radius(enter(walk), walk->udp_stream, packet.bytes, packet.captured);
    }
}

/* A datagram that no dissector of a carrier took, in a UDP stream that carries DTLS. */
static void feed_undissected(walk_t *walk)
{
    enum { HEADER = 8, FIRST = 20, LAST = 63 };
    slice_t datagram;
    if (walk->fed || !walk->udp || walk->udp_stream == TLSDIAG_NO_STREAM ||
        !tlsdiag_wants_datagrams(walk->capture, walk->udp_stream) || !bytes_from(walk->udp, &datagram) ||
        datagram.captured <= HEADER || datagram.bytes[HEADER] < FIRST || datagram.bytes[HEADER] > LAST) {
        return;
    }
    size_t length = (size_t)datagram.bytes[4] << 8 | datagram.bytes[5];
    if (length > HEADER) {
        cut(&datagram, length);
        tlsdiag_datagram(enter(walk), walk->udp_stream, datagram.bytes + HEADER, datagram.captured - HEADER,
                         datagram.length - HEADER);
    }
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

/* Over TCP, the core finds the records in what the dissector reassembles. */
static bool feed_openvpn(walk_t *walk, const field_info *field)
{
    slice_t numbered;
    if (walk->udp_stream == TLSDIAG_NO_STREAM || !bytes_from(field, &numbered)) {
        return false;
    }
    tlsdiag_openvpn(enter(walk), walk->udp_stream, walk->openvpn_type, numbered.bytes, numbered.captured);
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

/* ---- What they carry: the core already knows about the frame ---- */

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

static void feed_records(walk_t *walk, const field_info *field)
{
    slice_t records;
    if (walk->carrier == ROLE_TCP && bytes_of(field, &records)) {
        bool inner = is_inner(walk, field->ds_tvb);
        walk->has_records = true;
        if (inner || tlsdiag_wants_records(walk->capture, walk->tcp_stream)) {
            tlsdiag_records(walk->capture, inner, records.bytes, records.captured);
        }
    }
}

static void feed_content(walk_t *walk, role_e role, const field_info *field)
{
    slice_t content;
    if ((walk->carrier == ROLE_TCP && field->ds_tvb == walk->source) || !bytes_from(field, &content)) {
        return; /* in clear: the core reads it in the payload */
    }
    switch (role) {
    case ROLE_MESSAGE:
        tlsdiag_message(walk->capture, content.bytes, content.captured);
        break;
    case ROLE_DTLS_MESSAGE:
        tlsdiag_dtls_message(walk->capture, content.bytes, content.captured);
        break;
    case ROLE_ALERT:
        tlsdiag_alert(walk->capture, content.bytes, content.captured);
        break;
    case ROLE_QUIC_CLOSE:
        tlsdiag_quic_close(walk->capture, content.bytes, content.captured);
        break;
    default:
        break;
    }
}

static void feed_icmp(walk_t *walk, bool v6, const field_info *field)
{
    slice_t packet;
    if (bytes_of(field, &packet)) {
        tlsdiag_icmp(enter(walk), v6, packet.bytes, packet.captured);
    }
}

/* ---- The tree ---- */

static bool is_inner_eap(const walk_t *walk, role_e role, const field_info *field)
{
    return role == ROLE_EAP && walk->carrier == ROLE_EAP && field->ds_tvb != walk->source;
}

static void visit_carrier(walk_t *walk, role_e role, const proto_node *node, const field_info *field)
{
    bool fed = role == ROLE_TCP    ? feed_tcp(walk, node, field)
               : role == ROLE_DTLS ? feed_datagram(walk, field)
               : role == ROLE_EAP  ? feed_eap(walk, field)
                                   : feed_quic(walk, node, field);
    walk->carrier = fed ? role : ROLE_NONE;
    walk->fed |= fed;
    walk->source = field->ds_tvb;
    walk->has_records = false;
}

static void visit_openvpn(walk_t *walk, const field_info *field)
{
    if (walk->carrier != ROLE_TCP) {
        walk->carrier = feed_openvpn(walk, field) ? ROLE_OPENVPN : ROLE_NONE;
        walk->source = field->ds_tvb;
    }
}

static void visit_content(walk_t *walk, role_e role, const field_info *field)
{
    if (walk->carrier == ROLE_NONE) {
        return; /* TLS over something that the core does not follow */
    }
    if (role == ROLE_TLS) {
        feed_records(walk, field);
    } else {
        feed_content(walk, role, field);
    }
}

/* Returns true for what surrounds the packets that are ours. */
static bool visit_envelope(walk_t *walk, role_e role, const field_info *field)
{
    switch (role) {
    case ROLE_NONE:
    case ROLE_TCP_LENGTH:
        return true;
    case ROLE_IP:
        note_hop_limit(walk, field, 8); /* RFC 791, 3.1 */
        return true;
    case ROLE_IPV6:
        note_hop_limit(walk, field, 7); /* RFC 8200, 3 */
        return true;
    case ROLE_UDP:
        walk->udp = field;
        return true;
    default:
        return false;
    }
}

/* Returns false if the walk must not descend: ICMP quotes earlier packets, and inner EAP is not followed. */
static bool visit(walk_t *walk, const proto_node *node, field_info *field)
{
    role_e role = role_of(field);
    if (visit_envelope(walk, role, field)) {
        return true;
    }
    switch (role) {
    case ROLE_UDP_STREAM:
        walk->udp_stream = number_of(field);
        break;
    case ROLE_OPENVPN_TYPE:
        walk->openvpn_type = (uint8_t)number_of(field);
        break;
    case ROLE_OPENVPN:
        visit_openvpn(walk, field);
        break;
    case ROLE_RADIUS:
        feed_radius(walk, field);
        break;
    case ROLE_TCP:
    case ROLE_DTLS:
    case ROLE_EAP:
    case ROLE_QUIC:
        if (is_inner_eap(walk, role, field)) {
            return false; /* EAP inside TLS inside EAP (PEAP, TTLS), with TLS of its own: another conversation */
        }
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
