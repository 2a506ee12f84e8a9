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
    int length; /* of the addresses; 0: free */
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
    return slot->ports[end] == port && memcmp(slot->addresses[end], address->data, (size_t)slot->length) == 0;
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

/* Only a SYN can begin another stream between the same ends. */
bool tcp_stream_of(packet_info *pinfo, const uint8_t *header, uint32_t *stream)
{
    enum { FLAGS = 13, SYN = 0x02 };
    uint32_t source = (uint32_t)header[0] << 8 | header[1], destination = (uint32_t)header[2] << 8 | header[3];
    int length = pinfo->src.len;
    if (source != pinfo->srcport || destination != pinfo->destport) {
        return false;
    }
    if (length <= 0 || length > LONGEST_ADDRESS || pinfo->dst.len != length) {
        return ask_wireshark(pinfo, stream);
    }
    slot_t *slot = slot_for(pinfo);
    if (header[FLAGS] & SYN || !is_of(slot, pinfo)) {
        slot->length = 0;
        if (!ask_wireshark(pinfo, &slot->stream)) {
            return false;
        }
        remember(slot, pinfo);
    }
    *stream = slot->stream;
    return true;
}
