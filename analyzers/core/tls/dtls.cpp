// Reads DTLS records and reassembles the handshake messages in them.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/dtls.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

constexpr std::uint8_t tls12_cid = 25;                                   // RFC 9146, 4
constexpr std::uint8_t ack = 26;                                         // RFC 9147, 7
constexpr Version dtls13 = 0xfefc, dtls10 = 0xfeff, before_rfc = 0x0100; // the last: OpenSSL's DTLS1_BAD_VER
constexpr std::size_t opening_size = 64;                                 // includes a ClientHello's random

// RFC 6347, 4.2.2
struct DtlsReader::Fragment {
    std::uint8_t type;
    std::uint32_t length; // of the message
    std::uint16_t message_seq;
    std::uint32_t offset;
    Bytes bytes;
    bool whole;

    Octets opening() const
    {
        Octets octets{type, static_cast<std::uint8_t>(length >> 16), static_cast<std::uint8_t>(length >> 8),
                      static_cast<std::uint8_t>(length)};
        const Bytes start = bytes.first(std::min(opening_size, bytes.size()));
        octets.insert(octets.end(), start.begin(), start.end());
        return octets;
    }
};

struct DtlsReader::Header {
    ContentType type;
    Version version;
    std::uint16_t epoch;
    std::size_t length;
    bool wrapped = false; // a tls12_cid record: its content type is inside (RFC 9146, 4)
    bool unified = false;
};

// RFC 9147, 4: 001CSLEE, the connection id (only the hellos tell its length), the sequence number, and optionally the
// length. The rest is encrypted.
DtlsReader::Header DtlsReader::read_unified_header(Reader &reader) const
{
    const std::uint8_t flags = reader.u8();
    const bool with_id = flags & 0x10, long_sequence = flags & 0x08, has_length = flags & 0x04;
    Header header{
        ContentType::application_data, dtls13, static_cast<std::uint16_t>(flags & 3), reader.left(), false, true};
    if (with_id && !connection_id_)
        return header;
    reader.take((with_id ? *connection_id_ : 0) + (long_sequence ? 2 : 1));
    header.length = has_length ? reader.u16() : reader.left();
    return header;
}

// RFC 9146, 4: the id stands before the length. If the hellos were not seen, an id fits if the record then fills the
// datagram. Returns the record's length; absent if the id's is not known.
std::optional<std::size_t> DtlsReader::skip_connection_id(Reader &reader, std::size_t cut) const
{
    const auto length_after = [&](std::size_t id) {
        reader.take(id);
        return reader.u16();
    };
    if (connection_id_)
        return length_after(*connection_id_);
    constexpr std::size_t longest = 32;
    for (std::size_t id = 1; id <= longest && id + 2 <= reader.left(); ++id) {
        Reader ahead{reader.rest().subspan(id)};
        if (const std::size_t length = ahead.u16(); length > 0 && length == ahead.left() + cut)
            return length_after(id);
    }
    return std::nullopt;
}

// RFC 6347, 4.1
DtlsReader::Header DtlsReader::read_header(Reader &reader, std::size_t cut) const
{
    if (reader.rest().front() >> 5 == 1)
        return read_unified_header(reader);
    const std::uint8_t type = reader.u8();
    const Version version = reader.u16();
    const std::uint16_t epoch = reader.u16();
    reader.u48(); // the sequence number
    const bool known_type = type >= static_cast<std::uint8_t>(ContentType::change_cipher_spec) && type <= ack;
    const bool known_version = (version >= dtls13 && version <= dtls10) || version == before_rfc;
    if (!known_type || !known_version)
        reader.fail();
    if (type != tls12_cid)
        return {static_cast<ContentType>(type), version, epoch, reader.u16()};
    const std::optional<std::size_t> length = skip_connection_id(reader, cut);
    return {ContentType::application_data, version, epoch, length.value_or(reader.left()), length.has_value()};
}

bool DtlsReader::looks_like_record(Bytes payload, std::size_t length)
{
    if (payload.empty() || payload.front() >> 5 == 1)
        return false;
    Reader reader{payload};
    const std::size_t cut = length > payload.size() ? length - payload.size() : 0;
    const Header header = DtlsReader{}.read_header(reader, cut);
    return reader.ok() && header.length > 0 && header.length <= reader.left() + cut;
}

bool DtlsReader::datagram(Bytes payload, std::size_t length, const RecordHandler &handler)
{
    fragments_ = news_ = false;
    const std::size_t cut = length > payload.size() ? length - payload.size() : 0;
    Reader reader{payload};
    while (!reader.empty()) {
        const Header header = read_header(reader, cut);
        if (!reader.ok() || header.length > reader.left() + cut)
            break;
        Bytes body = reader.take(std::min(header.length, reader.left()));
        RecordSeen seen{header.type, header.version, static_cast<std::uint32_t>(header.length),
                        header.unified || header.epoch > 0,
                        static_cast<std::uint8_t>(header.unified ? header.epoch : 0)};
        if (header.wrapped && !seen.encrypted && body.size() == seen.length && !unwrap(seen, body))
            continue;
        seen.type_hidden = header.wrapped && seen.encrypted && !finished_due_;
        if (header.wrapped && seen.encrypted && finished_due_)
            seen.type = ContentType::handshake; // the first record with the new keys (RFC 5246, 7.4.9)
        record(seen, body, handler);
    }
    return fragments_ && !news_;
}

// The content, its real type, and zeros as padding (RFC 9146, 4). Returns false if there is no type.
bool DtlsReader::unwrap(RecordSeen &seen, Bytes &body)
{
    while (!body.empty() && body.back() == 0)
        body = body.first(body.size() - 1);
    if (body.empty())
        return false;
    seen.type = ContentType{body.back()};
    body = body.first(body.size() - 1);
    seen.length = static_cast<std::uint32_t>(body.size());
    return true;
}

void DtlsReader::record(RecordSeen seen, Bytes body, const RecordHandler &handler)
{
    const bool handshake = seen.type == ContentType::handshake, change = seen.type == ContentType::change_cipher_spec;
    const bool alert = seen.type == ContentType::alert && seen.length == 2;
    finished_due_ = change || (finished_due_ && !seen.encrypted);
    if (seen.encrypted || change)
        give_up(handler);
    const bool encrypted = seen.encrypted;
    const bool clear = !encrypted && (handshake || change || alert);
    seen.encrypted = !clear;
    handler(seen);
    if (clear && body.size() < seen.length)
        handler(BytesMissing{seen.length - body.size()});
    if (clear && handshake)
        handshake_record(body, handler);
    if (!encrypted && seen.type == ContentType::heartbeat) {
        const Heartbeat heartbeat = read_heartbeat(body, seen.length);
        if (heartbeat.asks_for_more())
            handler(heartbeat);
    }
    if (clear && alert && body.size() == 2)
        handler(Alert{.level = body[0], .description = body[1]});
}

void DtlsReader::handshake_record(Bytes body, const RecordHandler &handler)
{
    Reader reader{body};
    while (!reader.empty()) {
        Fragment fragment{};
        fragment.type = reader.u8();
        fragment.length = reader.u24();
        fragment.message_seq = reader.u16();
        fragment.offset = reader.u24();
        const std::uint32_t size = reader.u24();
        if (!reader.ok() || fragment.offset + size > fragment.length)
            return;
        fragment.bytes = reader.take(std::min<std::size_t>(size, reader.left()));
        fragment.whole = size == fragment.length;
        fragments_ = true;
        if (add(fragment, handler))
            news_ = true;
        deliver_complete(handler);
    }
}

// Returns whether the fragment contained anything new.
bool DtlsReader::add(const Fragment &fragment, const RecordHandler &handler)
{
    if (begins_anew(fragment)) {
        partials_.clear();
        due_ = 0;
        opening_.clear();
        started_ = false;
    }
    if (!started_)
        due_ = fragment.message_seq;
    started_ = true;
    if (fragment.message_seq < due_)
        return false;
    if (fragment.message_seq == 0 && fragment.offset == 0 && opening_.empty())
        opening_ = fragment.opening();

    const auto [place, first] =
        partials_.try_emplace(fragment.message_seq, Partial{fragment.type, fragment.length, !fragment.whole, {}});
    Partial &partial = place->second;
    if (partial.type != fragment.type || partial.length != fragment.length)
        return false; // the two contradict each other, and the first was accepted
    const bool news = !partial.too_long() && partial.body.add(fragment.offset, fragment.bytes);
    while (partials_.size() > max_ahead || held() > max_held)
        give_up_first(handler);
    return news || first;
}

bool DtlsReader::begins_anew(const Fragment &fragment) const
{
    if (!started_ || fragment.message_seq != 0 || fragment.offset != 0)
        return false;
    if (opening_.empty())
        return due_ > 0; // the messages seen before started midway
    const Octets opening = fragment.opening();
    const auto size = static_cast<std::ptrdiff_t>(std::min(opening.size(), opening_.size()));
    return !std::equal(opening.begin(), opening.begin() + size, opening_.begin());
}

void DtlsReader::deliver_complete(const RecordHandler &handler)
{
    while (!partials_.empty() && partials_.begin()->first == due_ && partials_.begin()->second.complete()) {
        Partial partial = std::move(partials_.extract(partials_.begin()).mapped());
        ++due_;
        if (partial.too_long()) {
            handler(HandshakeTooLong{.type = partial.type, .length = partial.length});
            continue;
        }
        Octets body;
        partial.body.take_run(0, body);
        handler(HandshakeBytes{.type = partial.type,
                               .body = body,
                               .fragmented = partial.fragmented,
                               .message_seq = static_cast<std::uint16_t>(due_ - 1)});
    }
}

void DtlsReader::give_up(const RecordHandler &handler)
{
    while (!partials_.empty())
        give_up_first(handler);
}

void DtlsReader::give_up_first(const RecordHandler &handler)
{
    const auto first = partials_.begin();
    const Partial &partial = first->second;
    if (first->first != due_) {
        handler(BytesMissing{0});
        due_ = first->first;
    } else {
        handler(BytesMissing{partial.length - partial.body.bytes(), partial.type, partial.length});
        partials_.erase(first);
        ++due_;
    }
    deliver_complete(handler);
}

std::size_t DtlsReader::held() const
{
    std::size_t cost = 0;
    for (const auto &[message_seq, partial] : partials_)
        cost += partial.body.cost();
    return cost;
}

DtlsPathInfo read_path_info(HandshakeType type, Bytes body)
{
    constexpr std::uint16_t connection_id = 54, connection_id_in_drafts = 53, cookie = 44;
    const auto octets = [](Bytes bytes) { return Octets{bytes.begin(), bytes.end()}; };
    DtlsPathInfo info;
    Reader reader{body};
    reader.take(2); // version
    if (type == HandshakeType::hello_verify_request) {
        info.cookie = octets(reader.vector8().rest());
        return info;
    }
    reader.take(32);  // random
    reader.vector8(); // session id
    if (type == HandshakeType::client_hello) {
        info.cookie = octets(reader.vector8().rest());
        reader.vector16(); // cipher suites
        reader.vector8();  // compression methods
    } else {
        reader.take(2 + 1);
    }
    for (Reader extensions = reader.vector16(); extensions.ok() && !extensions.empty();) {
        const std::uint16_t number = extensions.u16();
        Reader content = extensions.vector16();
        if (extensions.ok() && (number == connection_id || number == connection_id_in_drafts))
            info.connection_id = content.u8();
        if (extensions.ok() && number == cookie)
            info.cookie = octets(content.vector16().rest());
    }
    return info;
}

bool DtlsReader::mid_message() const
{
    return !partials_.empty();
}

std::uint32_t DtlsReader::message_announced() const
{
    const bool known = !partials_.empty() && partials_.begin()->first == due_;
    return known ? partials_.begin()->second.length : 0;
}

std::uint8_t DtlsReader::message_type() const
{
    const bool known = !partials_.empty() && partials_.begin()->first == due_;
    return known ? partials_.begin()->second.type : 0;
}

} // namespace tlsdiag
