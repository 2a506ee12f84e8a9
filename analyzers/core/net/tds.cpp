// Reads the packets of TDS (MS-TDS, 2.2.3.1): type, status, length with the header (2 bytes), SPID (2), number, window.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/net/tds.hpp"

#include <algorithm>

namespace tlsdiag {

constexpr std::uint8_t prelogin = 0x12, response = 0x04;
constexpr std::size_t header = 8;

static bool carries_tls(std::uint8_t type)
{
    return type == prelogin || type == response;
}

// The types of TLS records (RFC 8446, 5.1; RFC 6520) are above those of TDS packets.
static bool is_record_type(std::uint8_t byte)
{
    return byte >= 20 && byte <= 24;
}

Bytes tds_content(Bytes bytes)
{
    Reader reader{bytes};
    const std::uint8_t type = reader.u8(), status = reader.u8();
    const std::size_t length = reader.u16();
    reader.take(header - 4);
    if (!reader.ok() || !carries_tls(type) || status > 1 || length <= header)
        return {};
    return reader.rest().first(std::min(reader.left(), length - header));
}

std::optional<TdsEncryption> tds_encryption(Bytes message)
{
    constexpr std::uint8_t encryption = 1, terminator = 0xff;
    const Bytes content = tds_content(message);
    Reader options{content};
    for (int option = 0; option < 16 && !options.empty(); ++option) {
        const std::uint8_t token = options.u8();
        if (token == terminator)
            break;
        const std::size_t at = options.u16(), size = options.u16();
        if (!options.ok() || (option == 0 && token != 0)) // VERSION comes first
            return std::nullopt;
        if (token == encryption && size == 1 && at < content.size())
            return TdsEncryption{static_cast<std::uint8_t>(content[at] & 3)}; // more bits: with a client certificate
    }
    return std::nullopt;
}

// The next TLS bytes; removes what it has read.
Bytes TdsUnwrapper::next(Bytes &rest, bool handshake_over)
{
    while (!rest.empty() && state_ == State::packets && left_ == 0) {
        if (header_read_ == 0 && is_record_type(rest[0])) {
            state_ = State::records;
            break;
        }
        const std::size_t size = std::min(header_size - header_read_, rest.size());
        std::copy_n(rest.begin(), size, header_ + header_read_);
        header_read_ += size;
        rest = rest.subspan(size);
        if (header_read_ < header_size)
            return {};
        header_read_ = 0;
        const std::size_t length = static_cast<std::size_t>(header_[2] << 8 | header_[3]);
        const bool plain = !rest.empty() && !is_record_type(rest[0]);
        const bool packet = carries_tls(header_[0]) && length >= header_size;
        if (handshake_over && (plain || !packet)) {
            state_ = State::over;
        } else if (!packet) {
            state_ = State::records; // it is for the reader of records to say that this is not TLS
            return header_;
        } else {
            left_ = length - header_size;
        }
    }
    if (state_ == State::over)
        rest = {};
    const Bytes tls = state_ == State::packets ? rest.first(std::min(left_, rest.size())) : rest;
    rest = rest.subspan(tls.size());
    left_ -= state_ == State::packets ? tls.size() : 0;
    return tls;
}

// What was lost can have been headers, too: then the next bytes are found as records.
std::uint64_t TdsUnwrapper::lose(std::uint64_t missing)
{
    if (missing == 0 || state_ != State::packets)
        return missing;
    if (missing <= left_)
        left_ -= missing;
    else
        state_ = State::records;
    return missing;
}

} // namespace tlsdiag
