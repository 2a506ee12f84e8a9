/* Asks Wireshark for the stream, and remembers the answers: looking up a conversation costs more than all else that is
 * done with most segments.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcp_stream.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

enum { SLOTS = 1024, LONGEST_ADDRESS = 16 };

/* The two ends of a connection, and the stream that was there last. */
typedef struct {
    uint8_t addresses[2][LONGEST_ADDRESS];
    uint16_t ports[2];
    uint32_t stream;
    uint32_t after_syn; /* the sequence number that its SYN led to, and its SYN/ACK acknowledges */
    int length;         /* of the addresses; 0: free */
} slot_t;

static slot_t slots[SLOTS];

void tcp_stream_forget(void)
{
    memset(slots, 0, sizeof slots);
}

static bool ask_wireshark(packet_info *pinfo, uint32_t *stream)
{
    conversation_t *conversation =
        find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP, pinfo->srcport, pinfo->destport, 0);
    const struct tcp_analysis *tcp = conversation ? get_tcp_conversation_data(conversation, pinfo) : NULL;
    if (tcp) {
        *stream = tcp->stream;
    }
    return tcp != NULL;
}

/* The same for both directions. */
static slot_t *slot_for(const packet_info *pinfo)
{
    const uint8_t *from = (const uint8_t *)pinfo->src.data, *to = (const uint8_t *)pinfo->dst.data;
    int last = pinfo->src.len - 1;
    return &slots[(pinfo->srcport ^ pinfo->destport ^ (uint32_t)(from[last] ^ to[last]) << 2) % SLOTS];
}

static bool is_end(const slot_t *slot, unsigned end, const address *address, uint32_t port)
{
    enum { IPV4 = 4 };
    if (slot->ports[end] != port) {
        return false;
    }
    return slot->length == IPV4 ? memcmp(slot->addresses[end], address->data, IPV4) == 0
                                : memcmp(slot->addresses[end], address->data, (size_t)slot->length) == 0;
}

static bool is_of(const slot_t *slot, const packet_info *pinfo)
{
    for (unsigned end = 0; end < 2 && slot->length == pinfo->src.len; end++) {
        if (is_end(slot, end, &pinfo->src, pinfo->srcport) && is_end(slot, 1 - end, &pinfo->dst, pinfo->destport)) {
            return true;
        }
    }
    return false;
}

static void remember(slot_t *slot, const packet_info *pinfo)
{
    slot->length = pinfo->src.len;
    memcpy(slot->addresses[0], pinfo->src.data, (size_t)slot->length);
    memcpy(slot->addresses[1], pinfo->dst.data, (size_t)slot->length);
    slot->ports[0] = (uint16_t)pinfo->srcport;
    slot->ports[1] = (uint16_t)pinfo->destport;
}

static uint32_t number32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Only a SYN can begin another stream between the same ends, and not the answer to the SYN that began this one. */
static bool may_begin_another(const slot_t *slot, const uint8_t *header)
{
    enum { ACKNOWLEDGED = 8, FLAGS = 13, SYN = 0x02, ACK = 0x10 };
    return header[FLAGS] & SYN && !(header[FLAGS] & ACK && number32(header + ACKNOWLEDGED) == slot->after_syn);
}

bool tcp_stream_of(packet_info *pinfo, const uint8_t *header, uint32_t *stream)
{
    enum { DESTINATION = 2, SEQUENCE = 4 };
    uint32_t source = number32(header) >> 16, destination = number32(header + DESTINATION) >> 16;
    int length = pinfo->src.len;
    if (source != pinfo->srcport || destination != pinfo->destport) {
        return false;
    }
    if (length <= 0 || length > LONGEST_ADDRESS || pinfo->dst.len != length) {
        return ask_wireshark(pinfo, stream);
    }
    slot_t *slot = slot_for(pinfo);
    if (!is_of(slot, pinfo) || may_begin_another(slot, header)) {
        slot->length = 0;
        if (!ask_wireshark(pinfo, &slot->stream)) {
            return false;
        }
        remember(slot, pinfo);
        slot->after_syn = number32(header + SEQUENCE) + 1;
    }
    *stream = slot->stream;
    return true;
}
