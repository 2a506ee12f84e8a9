// Finds where TLS starts in a TCP stream, and which side is the client.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/tcp_conversations.hpp"

namespace tlsdiag {

class TcpTlsStart {
public:
    TcpTlsStart(FlowHost &host, TcpSides &sides, TcpConversations &conversations)
        : host_{host}, sides_{sides}, conversations_{conversations}
    {
    }

    // Data in its order. Once TLS has started, it goes to the conversations.
    void deliver(unsigned d, const TcpData &data);
    // The dissector found a record in the packet at hand.
    void found_by_dissector(Bytes record);
    // A side closes.
    void closing(unsigned closer);

    bool any_plaintext() const { return plaintext_bytes_ > 0; }
    bool given_up() const { return given_up_; } // too many bytes without TLS

    static constexpr std::size_t max_plaintext = 256 * 1024; // bytes that are searched for the start of TLS
    static constexpr std::size_t max_turns = 8;
    static constexpr std::size_t max_turn = 128;

private:
    void plaintext(unsigned d, Bytes bytes);
    void remember_turn(unsigned d, Bytes bytes);
    void note_starttls(unsigned d);
    bool opening_seen() const;
    bool server_spoke_too_early(unsigned client) const;
    bool plaintext_to_tls_port(unsigned closer) const;
    // These return the client's direction.
    unsigned begin(unsigned sender, bool midway, bool by_dissector = false);
    unsigned begin_after_plaintext(unsigned sender);
    void begin_midway(unsigned d, Bytes bytes);

    FlowHost &host_;
    TcpSides &sides_;
    TcpConversations &conversations_;
    PlaintextTurns turns_;          // who sent what before TLS
    std::array<Octets, 2> pending_; // too few bytes to recognize them
    std::size_t plaintext_bytes_ = 0;
    std::uint32_t plaintext_gap_ = 0; // the frame in which part of it was given up
    bool given_up_ = false;
};

} // namespace tlsdiag
