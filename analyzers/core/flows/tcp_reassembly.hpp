// Turns the TCP segments of one direction into bytes in order. The bytes held for reordering are limited, and so is the
// wait for a gap.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reassembly_buffer.hpp"
#include "core/tls/records.hpp"

#include <cstdint>
#include <optional>

namespace tlsdiag {

// What a segment did to the stream.
struct Delivery {
    Bytes bytes;                 // now in order, valid until the next call; may be more than the segment contained
    std::uint64_t missing = 0;   // bytes given up just before `bytes` (not captured, or in a gap that never closed)
    bool retransmission = false; // the segment contained nothing new
    bool out_of_order = false;   // the segment is stored until the gap before it closes
};

// One call delivers at most one run of bytes. If there is more (several gaps, truncated segments), the next call
// delivers it.
class TcpReassembly {
public:
    // A late or repeated SYN changes nothing; one with another sequence number starts a new stream.
    void syn(std::uint32_t sequence);

    // A segment's payload: `bytes` were captured, `length` bytes were on the wire. `sequence` is the header's number
    // (also for data in a SYN, RFC 7413). Without a SYN, the stream starts at the first segment.
    Delivery segment(std::uint32_t sequence, Bytes bytes, std::size_t length);

    // The peer acknowledged everything up to here: bytes missing below are missing only from the capture. Because
    // packets may be out of order in a capture, a gap is given up only after `patience` more calls of segment() and
    // acknowledged().
    Delivery acknowledged(std::uint32_t sequence);

    // The stream's contents start at this sequence number: bytes before it that did not arrive are not awaited. Returns
    // how many these are.
    std::uint32_t start_after(std::uint32_t sequence);

    // Gives up the first gap. At the end of the stream, call this until waiting() is false.
    Delivery give_up();

    bool started() const { return next_.has_value(); }
    bool waiting() const { return !held_.empty(); }                                 // a gap is open
    std::uint64_t gap() const { return waiting() ? held_.begin() - position_ : 0; } // its size in bytes
    bool gap_acknowledged() const { return waiting() && acknowledged_ >= held_.begin(); }
    std::uint64_t position() const { return position_; } // bytes since the start
    bool saw_syn() const { return syn_.has_value(); }
    std::optional<std::uint32_t> next() const { return next_; } // the next sequence number expected
    std::uint64_t acknowledged_unseen() const; // bytes from next() on that the peer acknowledged; a FIN counts as one

    // Stops storing bytes: only positions are followed, and out-of-order data counts as missing at once.
    void stop_keeping()
    {
        if (keeping_)
            forget();
    }

    static constexpr std::size_t max_held = 256 * 1024; // in bytes, including the overhead of storing them
    static constexpr unsigned patience = 16;
    // A segment outside these limits is accepted only if the next one starts, or the peer acknowledges, where it ends.
    static constexpr std::int32_t max_jump = 1 << 20; // ahead
    static constexpr std::int32_t max_old = 1 << 30;  // behind: a retransmission

private:
    struct Jump { // a segment far outside the expected range
        std::uint32_t sequence, end;
        std::size_t length;
        Octets bytes;
    };

    void forget();
    void begin_at(std::uint32_t sequence);
    void advance(std::uint64_t position);
    bool far_off(std::uint32_t sequence) const;
    bool follows_jump(std::uint32_t sequence);
    Delivery pass_through(std::uint64_t position, Bytes bytes, std::size_t length);
    Delivery hold(std::uint64_t position, Bytes bytes, std::size_t length);
    Delivery deliver_held();
    Delivery give_up_gap();

    std::optional<std::uint32_t> syn_;      // the SYN's sequence number
    std::optional<std::uint32_t> next_;     // as a sequence number,
    std::uint64_t position_ = 0;            // and as a position since the start, which does not wrap around
    std::uint64_t acknowledged_ = 0;        // a position
    std::uint64_t missing_ = 0;             // bytes lost before position_, and not yet reported
    ReassemblyBuffer held_;                 // by position
    unsigned calls_since_acknowledged_ = 0; // of the first gap
    std::optional<Jump> jump_;              // the last one
    Octets delivered_;
    bool keeping_ = true;
};

} // namespace tlsdiag
