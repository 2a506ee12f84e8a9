// Checks whether bytes look like the start of a TLS record.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/tls/records.hpp"

#include <algorithm>

namespace tlsdiag {

constexpr std::size_t header_size = 5;                         // RFC 8446, 5.1
constexpr std::uint32_t max_record_length = (1u << 14) + 2048; // RFC 5246, 6.2.3; RFC 8446 allows 256 instead of 2,048

bool RecordReader::looks_like_record(Bytes bytes)
{
    const auto at = [&](std::size_t index, unsigned low, unsigned high) {
        return index >= bytes.size() || (bytes[index] >= low && bytes[index] <= high);
    };
    const auto type_low = static_cast<unsigned>(ContentType::change_cipher_spec);
    const auto type_high = static_cast<unsigned>(ContentType::heartbeat);
    if (!at(0, type_low, type_high) || !at(1, 3, 3) || !at(2, 0, 4) || !at(3, 0, max_record_length >> 8))
        return false;
    return bytes.size() < header_size || (bytes[3] << 8 | bytes[4]) <= static_cast<int>(max_record_length);
}

bool RecordReader::looks_like_client_hello(Bytes bytes)
{
    if (bytes.size() <= header_size || !looks_like_record(bytes))
        return false;
    if (bytes[0] != static_cast<std::uint8_t>(ContentType::handshake))
        return false;
    const auto length = static_cast<std::size_t>(bytes[3] << 8 | bytes[4]);
    const Bytes body = bytes.subspan(header_size).first(std::min(length, bytes.size() - header_size));
    if (body.empty() || body[0] != static_cast<std::uint8_t>(HandshakeType::client_hello))
        return false;
    // As far as present: a length under 65,536, and version 3.x.
    return (body.size() < 2 || body[1] == 0) && (body.size() < 5 || body[4] == 3);
}

Heartbeat read_heartbeat(Bytes body, std::uint32_t record_length)
{
    Reader in{body};
    Heartbeat heartbeat;
    heartbeat.request = in.u8() == 1;
    heartbeat.payload_length = in.u16();
    heartbeat.record_length = record_length;
    return in.ok() ? heartbeat : Heartbeat{};
}

// draft-hickman-netscape-ssl-00; RFC 5246, E.2
bool RecordReader::begins_sslv2_hello(Bytes bytes)
{
    Reader reader{bytes};
    const std::uint16_t header = reader.u16();
    const std::uint8_t type = reader.u8();
    if (!reader.ok())
        return bytes.empty() || (bytes[0] & 0x80) != 0;
    if ((header & 0x8000) == 0 || (type != 1 && type != 4))
        return false;
    if (type == 4)
        reader.take(2); // SESSION-ID-HIT, CERTIFICATE-TYPE
    const std::uint16_t version = reader.u16();
    if (reader.ok() && version != 0x0002 && (type == 4 || version >> 8 != 3))
        return false;
    const std::uint32_t first = reader.u16();  // client: cipher specs; server: certificate
    const std::uint32_t second = reader.u16(); // session id; cipher specs
    const std::uint32_t third = reader.u16();  // challenge; connection id
    if (!reader.ok())
        return true;
    const std::uint32_t fixed = type == 1 ? 9 : 11;
    const std::uint32_t cipher_specs = type == 1 ? first : second;
    const bool filled = type == 4 || (cipher_specs > 0 && third >= 16);
    return fixed + first + second + third == (header & 0x7fffu) && cipher_specs % 3 == 0 && filled;
}

bool RecordReader::looks_like_sslv2_hello(Bytes bytes)
{
    return bytes.size() >= 11 && bytes[2] == 1 && begins_sslv2_hello(bytes);
}

} // namespace tlsdiag
