// TCP segments of one direction -> bytes in order. Bounded: what is held for reordering, and for how long a gap is waited for.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/messages.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace tlsdiag {

// What a segment did to the stream.
struct Delivery {
    Bytes bytes;                // now in order, valid until the next call; may be more than the segment had
    std::uint64_t missing = 0;  // bytes given up on just before `bytes` (not captured, or a gap that never closed)
    bool retransmission = false; // the segment held nothing new
    bool out_of_order = false;   // the segment is held until the gap before it closes
};

class Stream {
public:
    void syn(std::uint32_t sequence);

    // A segment's payload: `bytes` are there, `length` were on the wire. Sequence numbers are those of the header.
    Delivery segment(std::uint32_t sequence, Bytes bytes, std::size_t length);

    // The peer acknowledged up to here: a gap below it will never close (its bytes are missing from the capture).
    Delivery acknowledged(std::uint32_t sequence);

    bool started() const { return next_.has_value(); }
    bool waiting() const { return !held_.empty(); }          // a gap is open
    bool saw_syn() const { return syn_; }
    std::optional<std::uint32_t> next() const { return next_; } // the next sequence number expected

    // Nothing is kept any more: only positions are followed.
    void stop_keeping();

    static constexpr std::size_t max_held = 256 * 1024;

private:
    Delivery deliver_held();

    std::optional<std::uint32_t> next_;
    std::map<std::uint32_t, Octets> held_; // by distance from the first sequence number
    std::size_t held_bytes_ = 0;
    Octets delivered_;
    bool syn_ = false;
    bool keeping_ = true;
};

} // namespace tlsdiag
