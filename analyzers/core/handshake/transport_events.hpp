// What carriers report about a conversation besides its records, messages and alerts. The tracker turns these reports
// into facts.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <variant>

namespace tlsdiag {

// ---- How TLS starts ----

struct TlsStarts { // revokes a refusal of STARTTLS
    bool midway;   // before the capture
};
struct EarlierPacketSeen { // before the conversation was recognized
    Side by;
};
struct TcpOpening {           // see Conversation: absent as far as they were not captured
    Moment syn, syn_ack, ack; // ack: the client's first segment after the server's SYN
};
struct PlaintextBefore {
    std::span<const Seen<Octets>> turns;
    Side first;         // the sender of the first turn
    bool whole = false; // nothing of it is missing
};
struct FtpControl {};    // TLS was requested by FTP, or the port is that of FTP over TLS
struct StarttlsRefused { // in plain text; valid unless a ClientHello follows anyway
    std::span<const Seen<Octets>> turns;
};
struct StarttlsUnclear {}; // part of the plain-text dialogue is missing
struct StaysPlaintext {    // after a refusal of STARTTLS
    bool goes_on = false;  // with the dialogue, without TLS
};

// ---- TCP ----

struct SegmentSent { // with data, during the handshake
    Side by;
    std::uint32_t size;
    std::uint32_t limit; // the largest size that both SYNs allow; 0: not known
    bool stuck;          // the first unacknowledged segment was retransmitted
};
struct SegmentAcknowledged { // during the handshake
    Side by;                 // the receiver
    bool advances;           // the acknowledgment number changed
    bool later_arrived;      // SACK: later segments arrived, with a gap before them
};
struct TcpOutstanding { // what is open at the end of a frame, during the handshake
    PerSide<std::uint64_t> unacknowledged, gap;
    bool tail_open, gap_open; // see CaptureGaps
};
struct GapOpens {};  // the other side acknowledged bytes that the capture lacks so far
struct StreamBytes { // by sequence numbers; replaces the sum over records
    PerSide<std::uint64_t> count;
};
struct SideClosed { // FIN. Closings are judged after the frame's data.
    Side by;
    Moment at{}; // when it was captured; absent: in this frame
};
struct SideReset { // RST
    Side by;
};
struct ResetDenied { // the side sent more data after "its" RST
    Side by;
};

// ---- Any transport ----

struct SentAgain { // data of the handshake
    Side by;
    bool hello = false; // TCP: of the ClientHello
};
struct PacketTruncated {}; // when captured
struct MessageIncomplete { // at the end of a frame
    Side by;
    std::optional<OpaqueMessage> message; // absent: all messages are complete
};
struct Unreachable {
    Side sender;        // of the packets that are not delivered
    std::uint16_t icmp; // type << 8 | code
};

// ---- DTLS ----

struct CookieRequested { // by the server
    bool returned;       // the ClientHello before had the cookie that was requested last
    bool absent;         // it had none
};

// ---- QUIC ----

struct QuicBytes {
    Side by;
    std::size_t count;
};
struct QuicHandshakePacket {
    Side by;
    bool finished_fits; // it is large enough for a Finished
};
struct QuicOneRttPacket {
    Side by;
};
struct QuicVersionsOffered { // by the server, in a Version Negotiation packet
    std::uint32_t tried;     // the client's version; 0: not seen
    std::span<const std::uint32_t> supported;
};
struct QuicClose {
    Side by;
    std::uint64_t code;
    Bytes reason; // the reason phrase, as sent
};

// ---- EAP ----

struct EapPeers { // their addresses, instead of a group's
    Endpoint client, server;
};
struct EapPacketSeen {
    Side by;
    std::uint8_t method = 0; // 13 EAP-TLS, 21 TTLS, 25 PEAP, 43 FAST, 55 TEAP
};
struct EapResult {
    bool success;
    bool only_radius = false; // Access-Accept or Access-Reject, without an EAP packet
};

using TransportEvent =
    std::variant<TlsStarts, EarlierPacketSeen, TcpOpening, PlaintextBefore, FtpControl, StarttlsRefused,
                 StarttlsUnclear, StaysPlaintext, SegmentSent, SegmentAcknowledged, TcpOutstanding, GapOpens,
                 StreamBytes, SideClosed, SideReset, ResetDenied, SentAgain, PacketTruncated, MessageIncomplete,
                 Unreachable, CookieRequested, QuicBytes, QuicHandshakePacket, QuicOneRttPacket, QuicVersionsOffered,
                 QuicClose, EapPeers, EapPacketSeen, EapResult>;
static_assert(std::is_trivially_destructible_v<TransportEvent>, "TCP reports some for each segment");

} // namespace tlsdiag
