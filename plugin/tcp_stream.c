/* Asks Wireshark for a segment's TCP stream and caches the answers, because looking up a conversation costs more than
 * everything else done with most segments.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcp_stream.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

enum { SLOTS = 2048, LONGEST_ADDRESS = 16 };

/* One direction of a connection, and its latest stream. */
typedef struct {
    uint8_t source[LONGEST_ADDRESS], destination[LONGEST_ADDRESS];
    uint32_t ports; /* as in the header */
    uint32_t stream;
    uint32_t after_syn; /* the sequence number after the SYN, which the SYN/ACK acknowledges */
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

static slot_t *slot_for(const address *source, const address *destination, uint32_t ports)
{
    const uint8_t *from = (const uint8_t *)source->data, *to = (const uint8_t *)destination->data;
    int last = source->len - 1;
    return &slots[(ports * 0x9e3779b1u >> 20 ^ from[last] ^ (unsigned)to[last] << 1) % SLOTS];
}

static bool is_of(const slot_t *slot, const packet_info *pinfo, uint32_t ports)
{
    enum { IPV4 = 4 };
    const void *source = pinfo->src.data, *destination = pinfo->dst.data;
    if (slot->ports != ports || slot->length != pinfo->src.len) {
        return false;
    }
    if (slot->length == IPV4) { /* short enough to compare inline */
        return memcmp(slot->source, source, IPV4) == 0 && memcmp(slot->destination, destination, IPV4) == 0;
    }
    return memcmp(slot->source, source, (size_t)slot->length) == 0 &&
           memcmp(slot->destination, destination, (size_t)slot->length) == 0;
}

static void remember(const address *source, const address *destination, slot_t known)
{
    slot_t *slot = slot_for(source, destination, known.ports);
    *slot = known;
    memcpy(slot->source, source->data, (size_t)known.length);
    memcpy(slot->destination, destination->data, (size_t)known.length);
}

static uint32_t number32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Only a SYN can begin another stream between the same endpoints; the SYN/ACK to the SYN of this stream does not. */
static bool may_begin_another(const slot_t *slot, const uint8_t *header)
{
    enum { ACKNOWLEDGED = 8, FLAGS = 13, SYN = 0x02, ACK = 0x10 };
    return header[FLAGS] & SYN && !(header[FLAGS] & ACK && number32(header + ACKNOWLEDGED) == slot->after_syn);
}

/* Remembers the answer for both directions. */
static bool ask_and_remember(packet_info *pinfo, const uint8_t *header, uint32_t *stream)
{
    enum { SEQUENCE = 4 };
    bool answered = ask_wireshark(pinfo, stream);
    slot_t known = {.ports = number32(header),
                    .stream = answered ? *stream : 0,
                    .after_syn = number32(header + SEQUENCE) + 1,
                    .length = answered ? pinfo->src.len : 0};
    remember(&pinfo->src, &pinfo->dst, known);
    known.ports = known.ports << 16 | known.ports >> 16;
    remember(&pinfo->dst, &pinfo->src, known);
    return answered;
}

bool tcp_stream_of(packet_info *pinfo, const uint8_t *header, uint32_t *stream)
{
    uint32_t ports = number32(header);
    int length = pinfo->src.len;
    if (ports != (pinfo->srcport << 16 | pinfo->destport)) {
        return false;
    }
    if (length <= 0 || length > LONGEST_ADDRESS || pinfo->dst.len != length) {
        return ask_wireshark(pinfo, stream);
    }
    const slot_t *slot = slot_for(&pinfo->src, &pinfo->dst, ports);
    if (!is_of(slot, pinfo, ports) || may_begin_another(slot, header)) {
        return ask_and_remember(pinfo, header, stream);
    }
    *stream = slot->stream;
    return true;
}
