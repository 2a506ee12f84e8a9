// Datagrams of one direction -> records and handshake messages (RFC 6347, RFC 9147): the fragments of a message put
// together by message_seq, retransmissions told apart. SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reassembly_buffer.hpp"
#include "core/tls/records.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace tlsdiag {

class DtlsReader {
public:
    // A datagram's payload: `payload` is there, `length` bytes were on the wire. What is no DTLS (STUN, RTP) is
    // ignored. Events are appended, messages in order of message_seq. Returns true when all handshake fragments in it
    // were seen before: a flight sent again.
    //
    // The first message seen is the one that is due, whatever its message_seq (the capture may begin midway). A message
    // that stays incomplete is given up (BytesMissing) when over max_ahead messages or max_held bytes wait, or when
    // the sender goes on to ChangeCipherSpec or an encrypted record: then the peer had its whole flight.
    // A message_seq 0 with other content begins a new handshake.
    bool datagram(Bytes payload, std::size_t length, const RecordHandler &handler);

    // Waits no longer: what is complete comes now, for what is not there is a BytesMissing.
    void give_up(const RecordHandler &handler);

    bool mid_message() const;                // a fragment of a message is missing
    std::uint32_t message_announced() const; // the length of that message, 0: none
    std::uint8_t message_type() const;

    static constexpr std::size_t max_message_size = RecordReader::max_message_size;
    static constexpr std::size_t max_ahead = 16; // messages that may be kept before the one that is due
    static constexpr std::size_t max_held = 2 * max_message_size; // with the cost of holding it

private:
    struct Partial { // a message of which not all fragments have come, or not yet those before it
        std::uint8_t type;
        std::uint32_t length;
        bool fragmented;
        ReassemblyBuffer body;

        bool too_long() const { return length > max_message_size; }
        bool complete() const { return too_long() || body.bytes() == length; }
    };
    struct Fragment;

    void record(RecordSeen seen, Bytes body, const RecordHandler &handler);
    void handshake_record(Bytes body, const RecordHandler &handler);
    bool add(const Fragment &fragment, const RecordHandler &handler);
    bool begins_anew(const Fragment &fragment) const;
    void deliver_complete(const RecordHandler &handler);
    void give_up_first(const RecordHandler &handler);
    std::size_t held() const;

    std::map<std::uint32_t, Partial> partials_; // by message_seq
    std::uint32_t due_ = 0;                     // message_seq
    Octets opening_; // type, length and beginning of message 0: tells a new handshake from a retransmission
    bool started_ = false;
    bool fragments_ = false; // in this datagram there are some,
    bool news_ = false;      // and new ones
};

} // namespace tlsdiag
