// Turns the datagrams of one direction into records and handshake messages (RFC 6347, RFC 9147). Fragments are
// reassembled by message_seq, and retransmissions are recognized.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reassembly_buffer.hpp"
#include "core/tls/records.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace tlsdiag {

class DtlsReader {
public:
    // A datagram: `payload` is what was captured, `length` bytes were on the wire. Anything that is not DTLS (STUN,
    // RTP) is ignored. Reports events to `hear`, messages in order of message_seq. Returns true if all handshake
    // fragments in the datagram were seen before: the flight was retransmitted.
    //
    // The first message seen is the expected one, whatever its message_seq (the capture may start midway). An
    // incomplete message is given up (BytesMissing) if more than max_ahead messages or max_held bytes wait for it, or
    // if the sender continues with ChangeCipherSpec or an encrypted record: then the peer had received the whole
    // flight. A message_seq 0 with other content starts a new handshake.
    bool datagram(Bytes payload, std::size_t length, const RecordHandler &handler);

    // The length of the connection id in this direction's records, as the receiver's hello asked for it.
    void connection_id(std::size_t length) { connection_id_ = length; }

    // Whether the payload begins with a record of a known version. The short headers of DTLS 1.3 do not count: they
    // have nothing to be known by.
    static bool looks_like_record(Bytes payload, std::size_t length);

    // Stops waiting: reports complete messages now, and a BytesMissing for each missing part.
    void give_up(const RecordHandler &handler);

    bool mid_message() const;                // a message is incomplete
    std::uint32_t message_announced() const; // the length of that message in bytes; 0: none
    std::uint8_t message_type() const;

    static constexpr std::size_t max_message_size = RecordReader::max_message_size;
    static constexpr std::size_t max_ahead = 16; // messages that are kept while an earlier one is missing
    static constexpr std::size_t max_held = 2 * max_message_size; // in bytes, including the overhead of storing them

private:
    struct Partial { // a message that waits for fragments, or for earlier messages
        std::uint8_t type;
        std::uint32_t length;
        bool fragmented;
        ReassemblyBuffer body;

        bool too_long() const { return length > max_message_size; }
        bool complete() const { return too_long() || body.bytes() == length; }
    };
    struct Fragment;

    struct Header;
    Header read_header(Reader &reader, std::size_t cut) const;
    Header read_unified_header(Reader &reader) const;
    std::optional<std::size_t> skip_connection_id(Reader &reader, std::size_t cut) const;
    static bool unwrap(RecordSeen &seen, Bytes &body);
    void record(RecordSeen seen, Bytes body, const RecordHandler &handler);
    void handshake_record(Bytes body, const RecordHandler &handler);
    bool add(const Fragment &fragment, const RecordHandler &handler);
    bool begins_anew(const Fragment &fragment) const;
    void deliver_complete(const RecordHandler &handler);
    void give_up_first(const RecordHandler &handler);
    std::size_t held() const;

    std::map<std::uint32_t, Partial> partials_; // by message_seq
    std::uint32_t due_ = 0;                     // message_seq
    Octets opening_; // type, length and beginning of message 0: distinguishes a new handshake from a retransmission
    std::optional<std::size_t> connection_id_;
    bool started_ = false;
    bool finished_due_ = false; // after ChangeCipherSpec: the next record with a connection id is the Finished
    bool fragments_ = false;    // this datagram contains some,
    bool news_ = false;         // and new ones
};

// What a hello says about the path. Its body is complete.
struct DtlsPathInfo {
    std::optional<std::size_t> connection_id; // the length of the id that its sender wants to receive (RFC 9146, 3)
    Octets cookie;                            // requested or returned (RFC 6347, 4.2.1; RFC 8446, 4.2.2)
};
DtlsPathInfo read_path_info(HandshakeType type, Bytes body);

} // namespace tlsdiag
