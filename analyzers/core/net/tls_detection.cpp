// Classifies the first bytes of a TCP segment.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/tls_detection.hpp"

#include "core/net/proxy_header.hpp"
#include "core/tls/iana_names.hpp"
#include "core/tls/records.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tlsdiag {

namespace {

struct FirstRecord {
    ContentType type;
    std::uint16_t version, length;
    Bytes body; // as far as captured
};

std::optional<FirstRecord> first_record(Bytes bytes)
{
    Reader reader{bytes};
    const auto type = ContentType{reader.u8()};
    const std::uint16_t version = reader.u16(), length = reader.u16();
    if (!reader.ok() || version < 0x0300 || version > 0x0304)
        return std::nullopt;
    return FirstRecord{type, version, length, reader.rest()};
}

constexpr std::uint16_t max_ciphertext = (1 << 14) + 2048; // RFC 5246, 6.2.3

bool is_alert(const FirstRecord &record)
{
    if (record.type != ContentType::alert || record.length != 2 || record.body.size() < 2)
        return false;
    const bool known_level = record.body[0] == 1 || record.body[0] == 2;
    return known_level && !alert_name(record.body[1]).starts_with("alert_");
}

} // namespace

bool may_begin_client_hello(Bytes bytes)
{
    constexpr std::size_t telling = 11; // an SSLv2 hello up to its first content byte; a ClientHello up to its version
    if (bytes.empty() || bytes.size() >= telling)
        return false;
    constexpr std::uint8_t handshake = 22, sslv2 = 0x80, client_hello = 1;
    if (bytes[0] == handshake)
        return RecordReader::looks_like_record(bytes) &&
               (bytes.size() <= 5 || RecordReader::looks_like_client_hello(bytes));
    return (bytes[0] & sslv2) != 0 && (bytes.size() < 3 || bytes[2] == client_hello);
}

// Whether something ends here by its own rules: a line, or a request whose length is in it (PostgreSQL, MySQL). Other
// bytes may be the header of a protocol that also frames the server's TLS; then only the dissector finds it.
static bool is_whole(Bytes words)
{
    const std::size_t size = words.size();
    if (size < 4)
        return false;
    Reader reader{words};
    const std::uint32_t big_endian = reader.u32();
    const std::size_t little_endian = words[0] + std::size_t{0x100} * words[1] + std::size_t{0x10000} * words[2];
    return words.back() == '\n' || big_endian == size || little_endian + 4 == size;
}

std::size_t size_before_hello(Bytes bytes)
{
    if (const std::size_t header = proxy_header_size(bytes); header > 0)
        return header < bytes.size() ? header : 0;
    constexpr std::size_t longest = 256, telling = 11;
    for (std::size_t at = 1; at < longest && at + telling <= bytes.size(); ++at) {
        const Bytes rest = bytes.subspan(at);
        if (rest[0] != 22 || !RecordReader::looks_like_client_hello(rest) || rest[9] != 3)
            continue;
        Reader header{rest.subspan(3)};
        const std::size_t record = 5u + header.u16();
        header.u8();
        const std::size_t message = 9u + header.u24();
        if (record >= rest.size() && message >= record) // they end with the data, or behind it
            return is_whole(bytes.first(at)) ? at : 0;
    }
    return 0;
}

bool is_tls_midway(Bytes bytes)
{
    const auto record = first_record(bytes);
    if (!record || record->length == 0 || record->length > max_ciphertext)
        return false;
    switch (record->type) {
    case ContentType::change_cipher_spec:
        return record->length == 1 && !record->body.empty() && record->body[0] == 1;
    case ContentType::alert: // readable, or encrypted with a nonce, a tag or padding
        return is_alert(*record) || (record->length >= 18 && record->length <= 80);
    case ContentType::handshake:
    case ContentType::application_data:
        return record->length >= 16 || role_of_sender(bytes);
    default:
        return false;
    }
}

std::optional<Side> role_of_sender(Bytes bytes)
{
    const auto record = first_record(bytes);
    if (!record || record->type != ContentType::handshake)
        return std::nullopt;
    Reader reader{record->body};
    const auto type = HandshakeType{reader.u8()};
    const std::uint32_t length = reader.u24();
    if (!reader.ok() || length >= 1u << 17)
        return std::nullopt;
    switch (type) {
    case HandshakeType::server_hello:
    case HandshakeType::server_key_exchange:
    case HandshakeType::certificate_request:
    case HandshakeType::server_hello_done:
    case HandshakeType::certificate_status:
        return Side::server;
    case HandshakeType::client_key_exchange:
        return Side::client;
    case HandshakeType::certificate: // an empty one is the client's
        return length == 3 ? std::optional{Side::client} : std::nullopt;
    default:
        return std::nullopt;
    }
}

bool refuses_plaintext(Bytes bytes)
{
    if (const auto record = first_record(bytes); record && is_alert(*record))
        return true;
    // The exact text of nginx, Apache httpd and Go's net/http.
    constexpr std::array<std::string_view, 3> pages{"plain HTTP request was sent to HTTPS port",
                                                    "speaking plain HTTP to an SSL-enabled server port",
                                                    "Client sent an HTTP request to an HTTPS server"};
    const std::string_view text{reinterpret_cast<const char *>(bytes.data()),
                                std::min<std::size_t>(bytes.size(), 4096)};
    return std::ranges::any_of(pages, [&](std::string_view page) { return text.find(page) != text.npos; });
}

bool is_plain_request(Bytes bytes)
{
    const Bytes line = bytes.first(std::min<std::size_t>(bytes.size(), 32));
    const auto printable = [](std::uint8_t byte) {
        return (byte >= ' ' && byte <= '~') || byte == '\r' || byte == '\n';
    };
    return line.size() >= 4 && std::ranges::all_of(line, printable);
}

bool is_implicit_tls_port(std::uint16_t port)
{
    constexpr std::array<std::uint16_t, 11> ports{443, 465, 563, 636, 853, 990, 992, 993, 995, 5061, 8443};
    return std::ranges::find(ports, port) != ports.end();
}

} // namespace tlsdiag
