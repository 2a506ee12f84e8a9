// Restores the order of packets that a capture contains out of order: data that acknowledges data which is not captured
// yet waits for that data, for a limited time.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/tcp_tls_start.hpp"

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace tlsdiag {

class TcpAckOrder {
public:
    TcpAckOrder(TcpSides &sides, TcpConversations &conversations, TcpTlsStart &next)
        : sides_{sides}, conversations_{conversations}, next_{next}
    {
    }

    // The packet at hand starts here, behind a gap.
    void segment_after_gap(std::uint32_t sequence);
    // Data of one direction.
    void deliver(unsigned d, const Delivery &delivery);
    // What the dissector shows in the packet at hand.
    void deliver_dissected(TcpData::Kind kind, Bytes bytes);
    // A RST: nothing waits any longer. `sequence` is where the sender's data ends.
    void reset(std::uint32_t sequence);

    // Delivers what no longer has to wait, and FINs: a FIN counts when all data before it has arrived, or was
    // acknowledged without being captured.
    void end_frame();
    void stop_waiting();
    bool data_waits() const { return !waiting_[0].held.empty() || !waiting_[1].held.empty(); }
    // What is not delivered: data that waits, and data behind gaps that the other side acknowledged.
    bool anything_left() const;
    std::vector<LeftData> left() const;

    static constexpr std::size_t max_waiting = 64 * 1024; // bytes, per direction
    static constexpr std::size_t max_marks = 64;          // per direction

private:
    struct Held {
        TcpData::Kind kind;
        std::uint32_t sequence; // where it starts
        std::uint32_t answers;  // up to this sequence number of the other side
        bool acknowledges;      // the packet said so itself
        Octets bytes;
        std::uint64_t missing = 0; // bytes missing before it
        TcpData data() const
        {
            return {kind, bytes, missing, sequence, acknowledges ? std::optional{answers} : std::nullopt};
        }
    };
    struct Waiting { // data of one direction
        std::vector<Held> held;
        std::size_t bytes = 0;
        unsigned calls = 0;                       // since it started to wait
        std::optional<std::uint32_t> given_up_to; // bytes of the direction before this are no longer awaited
        std::vector<std::pair<std::uint32_t, std::uint32_t>> marks; // segments after a gap: start, acknowledgment
    };

    std::vector<Held> parts(unsigned d, std::uint32_t end, const Delivery &delivery) const;
    std::vector<Held> left_of(unsigned d) const;
    void deliver_part(unsigned d, std::uint32_t begin, const TcpData &data);
    std::uint32_t delivered_up_to(unsigned d) const;
    bool must_wait(unsigned d, std::uint32_t answers) const;
    std::optional<std::uint32_t> answers_at(unsigned d, std::uint32_t sequence) const;
    void hold(unsigned d, Held &&one);
    void release(unsigned d);
    void release_due(bool all);
    void drain(unsigned d);

    bool fin_is_next(unsigned d) const;
    void deliver_fin(unsigned d);
    void deliver_unseen_fin(unsigned d);
    void report_unseen(unsigned d);

    TcpSides &sides_;
    TcpConversations &conversations_;
    TcpTlsStart &next_;
    std::array<Waiting, 2> waiting_;
};

} // namespace tlsdiag
