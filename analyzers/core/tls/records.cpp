// Reads TLS records and reassembles the handshake messages in them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/records.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tlsdiag {

constexpr std::size_t header_size = 5;         // RFC 8446, 5.1
constexpr std::size_t message_header_size = 4; // RFC 8446, 4

constexpr std::size_t heartbeat_header_size = 3; // RFC 6520, 4

static std::uint32_t as_length(std::size_t size)
{
    return static_cast<std::uint32_t>(size);
}

// Moves up to `wanted - into.size()` bytes; returns the remaining ones.
static Bytes fill(Octets &into, std::size_t wanted, Bytes bytes)
{
    const std::size_t size = std::min(wanted - std::min(wanted, into.size()), bytes.size());
    into.insert(into.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    return bytes.subspan(size);
}

// ---- Records

void RecordReader::feed(Bytes bytes, std::uint64_t missing, const RecordHandler &handler)
{
    if (missing > 0)
        lose(missing, handler);
    if (!sync_ && !find_sync(bytes))
        return;
    while (sync_ && !bytes.empty())
        bytes = body_ == Body::none ? read_header(bytes, handler) : read_body(bytes, handler);
}

Bytes RecordReader::read_header(Bytes bytes, const RecordHandler &handler)
{
    const bool high_bit = ((buffer_.empty() ? bytes : Bytes{buffer_}).front() & 0x80) != 0;
    if (high_bit && (first_ || sslv2_))
        return read_sslv2(bytes, handler);
    bytes = fill(buffer_, header_size, bytes);
    if (!looks_like_record(buffer_)) {
        not_tls(bytes, handler);
        return {};
    }
    if (buffer_.size() == header_size)
        begin_record(handler);
    return bytes;
}

Bytes RecordReader::read_sslv2(Bytes bytes, const RecordHandler &handler)
{
    if (sslv2_) {
        sync_ = false; // an SSLv2 connection: nothing after the hello is readable
        return {};
    }
    constexpr std::size_t telling = 13; // up to the lengths of either hello; none is shorter
    bytes = fill(buffer_, telling, bytes);
    if (!begins_sslv2_hello(buffer_)) {
        not_tls(bytes, handler);
        return {};
    }
    if (buffer_.size() < telling)
        return bytes;
    const std::size_t size = 2u + ((buffer_[0] & 0x7fu) << 8 | buffer_[1]);
    bytes = fill(buffer_, size, bytes);
    if (buffer_.size() == size) {
        handler(HandshakeBytes{.type = buffer_[2], .body = Bytes{buffer_}.subspan(2), .sslv2 = true});
        buffer_.clear();
        first_ = false;
        sslv2_ = true;
    }
    return bytes;
}

void RecordReader::begin_record(const RecordHandler &handler)
{
    Reader header{buffer_};
    const auto type = static_cast<ContentType>(header.u8());
    const Version version = header.u16();
    left_ = header.u16();
    buffer_.clear();
    first_ = sslv2_ = seen_ = false;

    bool clear = !encrypted_ || tls13_;
    switch (type) {
    case ContentType::handshake:
        body_ = !headers_only_ && (clear || message_.empty()) ? Body::handshake : Body::opaque;
        break;
    case ContentType::alert:
        clear = left_ == 2; // no encrypted alert is that short
        body_ = clear ? Body::brief : Body::opaque;
        break;
    case ContentType::change_cipher_spec:
        clear = left_ == 1;
        body_ = clear ? Body::brief : Body::opaque;
        break;
    case ContentType::heartbeat:
        body_ = encrypted_ ? Body::opaque : Body::heartbeat;
        clear = false;
        break;
    default:
        clear = false;
        body_ = Body::opaque;
    }
    record_ = {.type = type, .version = version, .length = left_, .encrypted = !clear};
    if (left_ == 0)
        end_record(handler);
    else if (body_ == Body::handshake && !message_.empty()) {
        fragmented_ = true;
        see_record(handler);
    }
}

Bytes RecordReader::read_body(Bytes bytes, const RecordHandler &handler)
{
    const Bytes content = bytes.first(std::min<std::size_t>(left_, bytes.size()));
    left_ -= as_length(content.size());
    if (body_ == Body::handshake)
        read_handshake(content, handler);
    else if (body_ == Body::heartbeat)
        fill(buffer_, heartbeat_header_size, content);
    else if (body_ == Body::brief)
        buffer_.insert(buffer_.end(), content.begin(), content.end());
    if (left_ == 0)
        end_record(handler);
    return bytes.subspan(content.size());
}

void RecordReader::end_record(const RecordHandler &handler)
{
    see_record(handler);
    if (record_.type == ContentType::alert && buffer_.size() == 2)
        handler(Alert{.level = buffer_[0], .description = buffer_[1]});
    if (body_ == Body::heartbeat) {
        const Heartbeat heartbeat = read_heartbeat(buffer_, record_.length);
        if (heartbeat.asks_for_more())
            handler(heartbeat);
    }
    if (record_.type == ContentType::change_cipher_spec && !tls13_)
        encrypted_ = true;
    if (record_.type == ContentType::application_data && tls13_)
        encrypted_ = true;
    if (record_.encrypted)
        message_.clear(); // less than a header of a possible message
    buffer_.clear();
    body_ = Body::none;
}

void RecordReader::see_record(const RecordHandler &handler)
{
    if (!seen_)
        handler(record_);
    seen_ = true;
}

void RecordReader::not_tls(Bytes rest, const RecordHandler &handler)
{
    constexpr std::size_t shown = 64;
    fill(buffer_, shown, rest);
    if (!told_not_tls_)
        handler(NotTls{std::move(buffer_)});
    told_not_tls_ = true;
    buffer_.clear();
    sync_ = first_ = false;
}

// ---- Handshake messages

void RecordReader::read_handshake(Bytes content, const RecordHandler &handler)
{
    while (!content.empty() && body_ == Body::handshake) {
        if (message_.size() < message_header_size) {
            content = fill(message_, message_header_size, content);
            if (message_.size() == message_header_size)
                begin_message(handler);
            continue;
        }
        const Bytes piece = content.first(std::min<std::size_t>(message_left_, content.size()));
        content = content.subspan(piece.size());
        message_left_ -= as_length(piece.size());
        const bool in_one_piece = message_left_ == 0 && message_.size() == message_header_size;
        if (!message_lost_ && !in_one_piece)
            message_.insert(message_.end(), piece.begin(), piece.end());
        if (message_left_ == 0)
            end_message(in_one_piece ? piece : Bytes{message_}.subspan(message_header_size), handler);
    }
}

void RecordReader::begin_message(const RecordHandler &handler)
{
    message_left_ = message_announced();
    if (!seen_ && !plausible_message()) {
        record_.encrypted = true;
        body_ = Body::opaque;
        message_.clear();
        return;
    }
    record_.encrypted = false;
    see_record(handler);
    message_lost_ = message_left_ > max_message_size;
    if (message_lost_)
        handler(HandshakeTooLong{.type = message_type(), .length = message_left_});
    if (message_left_ == 0)
        end_message({}, handler);
}

void RecordReader::end_message(Bytes body, const RecordHandler &handler)
{
    if (!message_lost_)
        handler(HandshakeBytes{.type = message_type(), .body = body, .fragmented = fragmented_});
    message_.clear();
    message_lost_ = fragmented_ = false;
}

// Whether this record can start with a plaintext message, even if the capture began after the change of keys: the
// message ends within the record, or its type is known and a message this long would be split into records like this
// one.
bool RecordReader::plausible_message() const
{
    static constexpr std::array known =
        std::to_array<std::uint8_t>({0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 67, 254});
    constexpr std::uint32_t long_message = 1 << 16, long_record = 1024;
    const std::uint8_t type = message_type();
    const std::uint32_t size = message_announced() + message_header_size;
    // A ChangeCipherSpec that turns out to have no meaning: after a HelloRetryRequest a second hello follows.
    if (record_.encrypted)
        return (type == 1 || type == 2) && size == record_.length;
    if (size <= record_.length)
        return true;
    return std::ranges::find(known, type) != known.end() && (size < long_message || record_.length >= long_record);
}

bool RecordReader::mid_message() const
{
    return !message_.empty();
}

std::uint32_t RecordReader::message_announced() const
{
    Reader header{message_};
    header.u8();
    return header.u24();
}

std::uint8_t RecordReader::message_type() const
{
    return Reader{message_}.u8();
}

// ---- Losses

void RecordReader::lose(std::uint64_t missing, const RecordHandler &handler)
{
    if (!sync_)
        return;
    if (body_ != Body::none) {
        const auto inside = static_cast<std::uint32_t>(std::min<std::uint64_t>(missing, left_));
        lose_content(inside, handler);
        left_ -= inside;
        missing -= missing < unknown_loss ? inside : 0;
        if (left_ == 0)
            end_record(handler);
    }
    if (missing > 0)
        lose_sync(missing, handler);
}

// The record's length tells where the next record starts; the message's length, if known, where the next message does.
void RecordReader::lose_content(std::uint32_t count, const RecordHandler &handler)
{
    if (body_ == Body::heartbeat)
        body_ = Body::opaque;
    if (body_ == Body::opaque || count == 0)
        return;
    handler(BytesMissing{count, message_type(), message_announced()});
    if (body_ == Body::handshake) {
        see_record(handler);
        if (message_.size() >= message_header_size && count <= message_left_) {
            message_.resize(message_header_size);
            message_lost_ = true;
            message_left_ -= count;
            if (message_left_ == 0)
                end_message({}, handler);
            return;
        }
        message_.clear();
        message_lost_ = fragmented_ = false;
    }
    buffer_.clear();
    body_ = Body::opaque;
}

void RecordReader::lose_sync(std::uint64_t missing, const RecordHandler &handler)
{
    handler(BytesMissing{missing >= unknown_loss ? 0 : missing, message_type(), message_announced()});
    message_.resize(std::min(message_.size(), message_header_size));
    message_lost_ = true;
    buffer_.clear();
    sync_ = first_ = sslv2_ = false;
}

// After a loss, reading continues at a segment that starts like a record.
bool RecordReader::find_sync(Bytes bytes)
{
    if (bytes.size() < header_size || !looks_like_record(bytes))
        return false;
    Reader reader{bytes};
    const auto type = static_cast<ContentType>(reader.u8());
    reader.u16();
    const std::uint16_t length = reader.u16();
    const bool right_size = type == ContentType::change_cipher_spec ? length == 1
                            : type == ContentType::alert            ? length >= 2
                                                                    : length > 0;
    if (!right_size)
        return false;
    reader.take(length);
    if (!looks_like_record(reader.rest()))
        return false;
    message_.clear();
    message_lost_ = fragmented_ = false;
    sync_ = true;
    return true;
}

// ---- What the reader is told

void RecordReader::encrypted_from_now()
{
    encrypted_ = true;
}

void RecordReader::tls13()
{
    tls13_ = true;
    encrypted_ = false; // set by a ChangeCipherSpec before its meaning was known
}

void RecordReader::headers_only()
{
    headers_only_ = true;
    if (body_ == Body::handshake)
        body_ = Body::opaque;
    message_ = {};
    message_lost_ = fragmented_ = false;
}

} // namespace tlsdiag
