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

    // Of the ClientHello; absent: none, or it came inside other packets.
    std::optional<std::uint32_t> hello_sequence() const { return hello_; }

    bool any_plaintext() const { return plaintext_bytes_ > 0; }
    bool given_up() const { return given_up_; } // too many bytes without TLS

    static constexpr std::size_t max_plaintext = 256 * 1024; // bytes that are searched for the start of TLS
    static constexpr std::size_t max_turns = 8;
    static constexpr std::size_t max_turn = 128;

private:
    // Bytes of one side before TLS.
    struct Words {
        Octets bytes;
        std::optional<std::uint32_t> sequence, answers; // see TcpData
    };

    void plaintext(unsigned d, Words words);
    bool may_begin_midway(Bytes bytes) const;
    void remember_turn(unsigned d, const Words &words);
    void note_starttls(unsigned d);
    bool plaintext_to_tls_port(unsigned closer) const;
    // These return the client's direction.
    unsigned begin(unsigned sender, bool midway, bool by_dissector = false);
    void begin_with_hello(unsigned sender, const Words &hello, bool in_tds);
    void align_server(unsigned server, const Words &hello);
    unsigned begin_after_plaintext(unsigned sender);
    void begin_midway(unsigned d, Bytes bytes, Bytes in_tds = {});

    FlowHost &host_;
    TcpSides &sides_;
    TcpConversations &conversations_;
    PlaintextTurns turns_;                              // who sent what before TLS
    std::array<Words, 2> pending_;                      // too few bytes to recognize them
    std::array<std::optional<std::uint32_t>, 2> heard_; // what the sender of the last plain text had received
    std::optional<std::uint32_t> hello_;                // the sequence number of the ClientHello
    bool cut_short_ = false;                            // some of `pending_` was truncated when captured
    std::size_t plaintext_bytes_ = 0;
    std::uint32_t plaintext_gap_ = 0; // the frame in which part of it was given up
    bool given_up_ = false;
};

} // namespace tlsdiag
