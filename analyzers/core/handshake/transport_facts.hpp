// Turns what carriers report into the facts of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/handshake_state.hpp"

namespace tlsdiag {

class TransportFacts {
public:
    explicit TransportFacts(HandshakeState &state) : state_{state}, conversation_{state.conversation} {}

    void take(const TransportEvent &event);

private:
    void note(const TlsStarts &start);
    void note(const EarlierPacketSeen &packet);
    void note(const TcpOpening &opening);
    void note(const PlaintextBefore &plaintext);
    void note(const FtpControl &);
    void note(const StarttlsRefused &refusal);
    void note(const StarttlsUnclear &);
    void note(const StaysPlaintext &stay);
    void note(const SegmentSent &segment);
    void note(const SegmentAcknowledged &acknowledgment);
    void note(const TcpOutstanding &outstanding);
    void note(const GapOpens &);
    void note(const StreamBytes &bytes);
    void note(const SideClosed &closing);
    void note(const SideReset &closing);
    void note(const ResetDenied &denied);
    void note(const SentAgain &again);
    void note(const PacketTruncated &);
    void note(const MessageIncomplete &incomplete);
    void note(const Unreachable &error);
    void note(const CookieRequested &request);
    void note(const QuicBytes &bytes);
    void note(const QuicHandshakePacket &packet);
    void note(const QuicOneRttPacket &packet);
    void note(const QuicVersionsOffered &offer);
    void note(const QuicClose &close);
    void note(const EapPeers &peers);
    void note(const EapPacketSeen &packet);
    void note(const EapResult &result);

    HandshakeState &state_;
    Conversation &conversation_;
};

} // namespace tlsdiag
