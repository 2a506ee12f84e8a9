// Bytes in order -> records, alerts, ChangeCipherSpec, and handshake messages put together over records (RFC
// 8446, 5.1). One RecordReader for each direction of a conversation. It knows no roles: whether bytes are encrypted it
// is told. SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace tlsdiag {

enum class ContentType : std::uint8_t {
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
    heartbeat = 24,
};

// What the record layer sees, in order.
struct RecordSeen { // every record: one in clear before what is in it, another when its body has come or is known to be
                    // missing
    ContentType type;
    Version version;
    std::uint32_t length; // of the body on the wire
    bool encrypted;       // its content cannot be read here
};
struct HandshakeBytes { // a complete plaintext handshake message
    std::uint8_t type;
    Bytes body;
    bool sslv2 = false;
    bool fragmented = false;                    // over several records
    std::optional<std::uint16_t> message_seq{}; // DTLS
};
struct HandshakeTooLong { // longer than max_message_size: only its header was read, and its body is skipped
    std::uint8_t type;
    std::uint32_t length;
};
struct NotTls {   // bytes where a record should begin
    Octets first; // at most 64 of them
};
struct BytesMissing {    // a gap: what it held cannot be known. Reading goes on at the next record that can be found.
    std::uint64_t count; // 0: unknown
    std::uint8_t message_type = 0;       // the message that lost them and
    std::uint32_t message_announced = 0; // its length; 0: none, or it is not known
};
using RecordEvent = std::variant<RecordSeen, Alert, HandshakeBytes, HandshakeTooLong, NotTls, BytesMissing>;
using RecordHandler = std::function<void(const RecordEvent &)>; // what the event points to is valid during the call

class RecordReader {
public:
    // Bytes in order, after `missing` bytes that are lost (unknown_loss or more: nobody knows how many; so begins a
    // stream that the capture has not from its start).
    void feed(Bytes bytes, std::uint64_t missing, const RecordHandler &handler);

    // From the next record on, content is encrypted. ChangeCipherSpec does that by itself unless `tls13`, where a
    // ChangeCipherSpec means nothing and application_data is what is encrypted.
    void encrypted_from_now();
    void tls13();
    bool encrypted() const { return encrypted_; }

    // The handshake is over: record headers are followed, bodies skipped without being kept.
    void headers_only();

    bool in_sync() const { return sync_; }   // the next bytes are where a record begins, or inside one
    bool mid_message() const;                // a handshake message has begun and is not complete
    std::uint32_t message_announced() const; // the length of the message that is not complete, 0: none
    std::uint8_t message_type() const;

    static constexpr std::size_t max_message_size = 1u << 20;

    // Whether these bytes can be the beginning of a record (5 bytes are enough to tell; fewer: not denied yet), or an
    // SSLv2-format ClientHello.
    static bool looks_like_record(Bytes bytes);
    static bool looks_like_client_hello(Bytes bytes);
    static bool looks_like_sslv2_hello(Bytes bytes);

private:
    // What is done with a record's body.
    enum class Body : std::uint8_t {
        none,      // no record has begun
        handshake, // read as it comes
        brief,     // kept until it is complete: an alert, a ChangeCipherSpec
        opaque,    // passed over
    };

    Bytes read_header(Bytes bytes, const RecordHandler &handler);
    Bytes read_sslv2(Bytes bytes, const RecordHandler &handler);
    Bytes read_body(Bytes bytes, const RecordHandler &handler);
    void begin_record(const RecordHandler &handler);
    void end_record(const RecordHandler &handler);
    void see_record(const RecordHandler &handler);
    static bool begins_sslv2_hello(Bytes bytes); // of either side; fewer bytes than tell are not denied yet
    void not_tls(Bytes rest, const RecordHandler &handler);

    void read_handshake(Bytes content, const RecordHandler &handler);
    void begin_message(const RecordHandler &handler);
    void end_message(Bytes body, const RecordHandler &handler);
    bool plausible_message() const;

    void lose(std::uint64_t missing, const RecordHandler &handler);
    void lose_content(std::uint32_t count, const RecordHandler &handler);
    void lose_sync(std::uint64_t missing, const RecordHandler &handler);
    bool find_sync(Bytes bytes);

    Octets buffer_;          // an incomplete header, brief body or SSLv2 message
    RecordSeen record_{};    // the record that has begun
    Body body_ = Body::none; // of it
    std::uint32_t left_ = 0; // of the body, still to come
    bool seen_ = false;      // RecordSeen was given

    Octets message_; // an incomplete handshake message with its header; only the header once message_lost_
    std::uint32_t message_left_ = 0; // of its body, still to come
    bool message_lost_ = false;      // too long, or bytes of it are missing
    bool fragmented_ = false;

    bool first_ = true; // nothing was read yet: SSLv2's format is allowed
    bool sslv2_ = false;
    bool told_not_tls_ = false;
    bool encrypted_ = false;
    bool tls13_ = false;
    bool sync_ = true;
    bool headers_only_ = false;
};

} // namespace tlsdiag
