// TCP segments of one direction -> bytes in order. Bounded: what is held for reordering, and for how long a gap is
// waited for. SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reassembly_buffer.hpp"
#include "core/tls/messages.hpp"

#include <cstdint>
#include <optional>

namespace tlsdiag {

// A loss of which the size cannot be known; more than any that can.
constexpr std::uint64_t unknown_loss = std::uint64_t{1} << 32;

// What a segment did to the stream.
struct Delivery {
    Bytes bytes;                 // now in order, valid until the next call; may be more than the segment had
    std::uint64_t missing = 0;   // bytes given up on just before `bytes` (not captured, or a gap that never closed)
    bool retransmission = false; // the segment held nothing new
    bool out_of_order = false;   // the segment is held until the gap before it closes
};

// One call delivers one run of bytes at most. Where there is more (gaps behind gaps, segments cut short), the next call
// has it.
class TcpReassembly {
public:
    // A SYN that comes late or again changes nothing; one with another sequence number begins anew.
    void syn(std::uint32_t sequence);

    // A segment's payload: `bytes` are there, `length` were on the wire. Sequence numbers are those of the header (also
    // for the data in a SYN, RFC 7413). Without a SYN, the first segment is where the stream begins.
    Delivery segment(std::uint32_t sequence, Bytes bytes, std::size_t length);

    // The peer acknowledged up to here: what is missing below it is missing from the capture only. As a capture may
    // have packets out of order, a gap is given up not before `patience` further calls of segment() and acknowledged().
    Delivery acknowledged(std::uint32_t sequence);

    // Waits no longer for the first gap: at the stream's end, to be called until nothing is waiting().
    Delivery give_up();

    bool started() const { return next_.has_value(); }
    bool waiting() const { return !held_.empty(); }                                 // a gap is open
    std::uint64_t gap() const { return waiting() ? held_.begin() - position_ : 0; } // its bytes
    std::uint64_t position() const { return position_; }                            // bytes since the beginning
    bool saw_syn() const { return syn_.has_value(); }
    std::optional<std::uint32_t> next() const { return next_; } // the next sequence number expected
    std::uint64_t
    acknowledged_unseen() const; // bytes from next() on that the peer has acknowledged; a FIN counts as one

    // Nothing is kept any more: only positions are followed, and what is out of order counts as missing at once.
    void stop_keeping()
    {
        if (keeping_)
            forget();
    }

    static constexpr std::size_t max_held = 256 * 1024; // with the cost of holding it
    static constexpr unsigned patience = 16;
    // A segment outside of these is believed only when the next one begins, or the peer acknowledges, where it ends.
    static constexpr std::int32_t max_jump = 1 << 20; // ahead
    static constexpr std::int32_t max_old = 1 << 30;  // behind: a retransmission

private:
    struct Jump { // a segment that is far off
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
    std::optional<std::uint32_t> next_;     // as sequence number,
    std::uint64_t position_ = 0;            // and as position since the beginning: that does not wrap around
    std::uint64_t acknowledged_ = 0;        // a position
    std::uint64_t missing_ = 0;             // bytes lost before position_, and not yet told
    ReassemblyBuffer held_;                 // by position
    unsigned calls_since_acknowledged_ = 0; // of the first gap
    std::optional<Jump> jump_;              // the last one
    Octets delivered_;
    bool keeping_ = true;
};

} // namespace tlsdiag
