// Bytes in order -> records, alerts, ChangeCipherSpec, and handshake messages put together over records (RFC 8446, 5.1).
// One RecordReader for each direction of a conversation. It knows no roles: whether bytes are encrypted it is told.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/messages.hpp"

#include <cstdint>
#include <functional>
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
struct RecordSeen { // every record, once its header is there and its body has come or is known to be missing
    ContentType type;
    Version version;
    std::uint32_t length; // of the body on the wire
    bool encrypted;       // its content cannot be read here
};
struct HandshakeBytes { // a complete plaintext handshake message
    std::uint8_t type;
    Octets body;
    bool sslv2 = false;
    bool fragmented = false; // over several records
};
struct HandshakeTooLong { // longer than max_message_size: only its header was read, and its body is skipped
    std::uint8_t type;
    std::uint32_t length;
};
struct NotTls { // bytes where a record should begin
    Octets first; // at most 64 of them
};
struct BytesMissing { // a gap: what it held cannot be known. Reading goes on at the next record that can be found.
    std::uint64_t count; // 0: unknown
};
using RecordEvent = std::variant<RecordSeen, Alert, HandshakeBytes, HandshakeTooLong, NotTls, BytesMissing>;

class RecordReader {
public:
    // Bytes in order, after `missing` bytes that are lost. Events are appended.
    void feed(Bytes bytes, std::uint64_t missing, std::vector<RecordEvent> &events);

    // From the next record on, content is encrypted. ChangeCipherSpec does that by itself unless `tls13`, where a
    // ChangeCipherSpec means nothing and application_data is what is encrypted.
    void encrypted_from_now();
    void tls13();
    bool encrypted() const { return encrypted_; }

    // The handshake is over: record headers are followed, bodies skipped without being kept.
    void skim();

    bool in_sync() const { return sync_; } // the next bytes are where a record begins, or inside one
    bool mid_message() const;              // a handshake message has begun and is not complete
    std::uint32_t message_announced() const; // the length of the message that is not complete, 0: none
    std::uint8_t message_type() const;

    static constexpr std::size_t max_message_size = 1u << 20;

    // Whether these bytes can be the beginning of a record (5 bytes are enough to tell; fewer: not denied yet), or an
    // SSLv2-format ClientHello.
    static bool looks_like_record(Bytes bytes);
    static bool looks_like_client_hello(Bytes bytes);
    static bool looks_like_sslv2_hello(Bytes bytes);

private:
    // How it is done is the implementer's.
    Octets buffer_;          // an incomplete record
    Octets message_;         // an incomplete handshake message with its header
    std::uint64_t skip_ = 0; // bytes of the body to pass over
    bool encrypted_ = false;
    bool tls13_ = false;
    bool sync_ = true;
    bool skim_ = false;
};

} // namespace tlsdiag
