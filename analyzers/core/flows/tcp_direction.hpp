// The state of a TCP stream: what each side sent, what the other side acknowledged, and the packet at hand.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/tcp_reassembly.hpp"
#include "core/handshake/transport_events.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace tlsdiag {

// One direction of a stream, from its sender's view.
struct TcpDirection {
    TcpReassembly stream;
    Endpoint end; // the sender
    bool seen = false;
    bool sent_syn = false;              // sent the first SYN
    std::uint32_t largest_taken = 0;    // the MSS from its SYN, in bytes; 0: unknown
    std::uint32_t acknowledged = 0;     // by the other side
    bool sent_again = false;            // its last data was retransmitted
    bool has_gap = false;               // some of its data was given up
    std::optional<std::uint32_t> fin;   // its sequence number
    Moment fin_at;                      // when it was captured
    std::uint8_t hop_limit = 0;         // of its first packet; 0: not known
    std::optional<std::uint32_t> reset; // the sequence number of its RST
    bool fin_delivered = false;         // all data before it, too
    std::uint64_t before_tls = 0;       // bytes before TLS, including those missing from the capture

    bool owes_fin() const { return fin && !fin_delivered; }
    bool fin_acknowledged() const { return fin && acknowledged == *fin + 1; }
    bool tail_open() const { return stream.started() && stream.next() != acknowledged && !fin && !sent_again; }
    std::uint64_t unacknowledged() const;
    bool lacks_acknowledged() const; // the other side received more than the capture contains
    std::uint32_t missing_before(std::uint32_t sequence) const; // bytes missing from the capture

    // Whether a segment with data is a copy of the last one, as in captures from two places.
    bool is_copy(Bytes header, std::size_t length, Time now);

private:
    Octets last_header_; // of the last segment with payload
    std::size_t last_length_ = 0;
    Time last_time_ = 0;
};

// The directions have the numbers 0 and 1.
struct TcpSides {
    TcpDirection &operator[](unsigned d) { return directions[d]; }
    const TcpDirection &operator[](unsigned d) const { return directions[d]; }
    bool owe_fin() const { return directions[0].owes_fin() || directions[1].owes_fin(); }
    // Both have closed, and both FINs are acknowledged: no more data follows.
    bool closed() const { return directions[0].fin_acknowledged() && directions[1].fin_acknowledged(); }
    void stop_keeping();
    // The capture contains the start of both directions.
    bool opening_seen() const;

    std::array<TcpDirection, 2> directions;
    TcpOpening opening;

    bool plaintext_gap = false; // part of the plain text before TLS is missing

    // The packet at hand.
    unsigned sender = 0;                  // its direction
    std::optional<std::uint32_t> answers; // its acknowledgment number
    bool cut_short = false;               // it was truncated when captured
};

} // namespace tlsdiag
