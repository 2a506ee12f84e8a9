// Turns bytes in order into records, alerts, ChangeCipherSpec and reassembled handshake messages (RFC 8446, 5.1). Each
// direction of a conversation has one RecordReader. It does not know roles, and is told when encryption starts.
// SPDX-License-Identifier: GPL-2.0-or-later
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

// What the record layer reports, in order.
struct RecordSeen { // every record: a plaintext one before its contents, an encrypted one when its body has arrived or
                    // is known to be missing
    ContentType type;
    Version version;
    std::uint32_t length; // of the body on the wire
    bool encrypted;       // its content is not readable
    std::uint8_t epoch{}; // DTLS 1.3: the last two bits of the epoch; 2: handshake keys (RFC 9147, 6.1)
    bool type_hidden{};   // DTLS with connection ids: the type is encrypted, too; application_data stands for it
};
struct HandshakeBytes { // a complete plaintext handshake message
    std::uint8_t type;
    Bytes body;
    bool sslv2 = false;
    bool fragmented = false;                    // spread over several records
    std::optional<std::uint16_t> message_seq{}; // DTLS
};
struct HandshakeTooLong { // longer than max_message_size: only its header is read, and its body is skipped
    std::uint8_t type;
    std::uint32_t length;
};
struct NotTls {   // bytes where a record should start
    Octets first; // at most 64 of them
};
struct BytesMissing {              // a gap of unknown content. Reading continues at the next record that can be found.
    std::uint64_t count;           // 0: unknown
    std::uint8_t message_type = 0; // the message that lost these bytes,
    std::uint32_t message_announced = 0; // and its length; 0: none, or not known
};
using RecordEvent = std::variant<RecordSeen, Alert, HandshakeBytes, HandshakeTooLong, NotTls, BytesMissing, Heartbeat>;
using RecordHandler = std::function<void(const RecordEvent &)>; // the event's bytes are valid only during the call

// A loss of unknown size; larger than any known loss.
constexpr std::uint64_t unknown_loss = std::uint64_t{1} << 32;

// `body`: at least the first 3 bytes of a heartbeat record in clear.
Heartbeat read_heartbeat(Bytes body, std::uint32_t record_length);

class RecordReader {
public:
    // Adds bytes in order, after `missing` lost bytes (unknown_loss or more: an unknown number, as at the start of a
    // stream that began before the capture).
    void feed(Bytes bytes, std::uint64_t missing, const RecordHandler &handler);

    // From the next record on, content is encrypted. ChangeCipherSpec does this implicitly, except after tls13(): then
    // ChangeCipherSpec has no meaning, and application_data records are encrypted.
    void encrypted_from_now();
    void tls13();
    bool encrypted() const { return encrypted_; }

    // The handshake has ended: only record headers are read, and bodies are skipped.
    void headers_only();

    bool in_sync() const { return sync_; }   // the next bytes are at the start of a record, or inside one
    bool mid_message() const;                // a handshake message has started and is not complete
    std::uint32_t message_announced() const; // the length of the incomplete message, in bytes; 0: none
    std::uint8_t message_type() const;

    static constexpr std::size_t max_message_size = 1u << 20;

    // Whether these bytes can be the start of a record, or of an SSLv2-format ClientHello. 5 bytes are enough to
    // decide; with fewer bytes, true means "possibly".
    static bool looks_like_record(Bytes bytes);
    static bool looks_like_client_hello(Bytes bytes);
    static bool looks_like_sslv2_hello(Bytes bytes);

private:
    // How a record's body is handled.
    enum class Body : std::uint8_t {
        none,      // no record has started
        handshake, // read as it arrives
        brief,     // stored until it is complete: an alert, a ChangeCipherSpec
        heartbeat, // in clear: only its first 3 bytes are stored
        opaque,    // skipped
    };

    Bytes read_header(Bytes bytes, const RecordHandler &handler);
    Bytes read_sslv2(Bytes bytes, const RecordHandler &handler);
    Bytes read_body(Bytes bytes, const RecordHandler &handler);
    void begin_record(const RecordHandler &handler);
    void end_record(const RecordHandler &handler);
    void see_record(const RecordHandler &handler);
    static bool begins_sslv2_hello(Bytes bytes); // of either side; with too few bytes, true means "possibly"
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
    RecordSeen record_{};    // the current record
    Body body_ = Body::none; // of the current record
    std::uint32_t left_ = 0; // bytes of the body that have not arrived
    bool seen_ = false;      // RecordSeen was reported

    Octets message_; // an incomplete handshake message with its header; only the header once message_lost_
    std::uint32_t message_left_ = 0; // bytes of its body that have not arrived
    bool message_lost_ = false;      // too long, or bytes of it are missing
    bool fragmented_ = false;

    bool first_ = true; // nothing was read yet: SSLv2 format is allowed
    bool sslv2_ = false;
    bool told_not_tls_ = false;
    bool encrypted_ = false;
    bool tls13_ = false;
    bool sync_ = true;
    bool headers_only_ = false;
};

} // namespace tlsdiag
