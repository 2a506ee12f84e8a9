// Datagrams of one direction -> records and handshake messages (RFC 6347, RFC 9147): the fragments of a message put together
// by message_seq, retransmissions told apart.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/records.hpp"

namespace tlsdiag {

class DtlsReader {
public:
    // Events are appended, in order of message_seq. Returns true when the datagram brought nothing that is new (a
    // retransmission).
    bool datagram(Bytes payload, std::size_t length, std::vector<RecordEvent> &events);

    bool mid_message() const;                // a fragment of a message is missing
    std::uint32_t message_announced() const; // the length of that message, 0: none
    std::uint8_t message_type() const;

    static constexpr std::size_t max_message_size = RecordReader::max_message_size;
    static constexpr std::size_t max_ahead = 16; // messages that may be kept before the one that is due

private:
    struct Partial;
    std::vector<Partial> partials_;
    std::uint16_t due_ = 0; // message_seq
};

} // namespace tlsdiag
