// Reads the headers of records and handshake messages that the dissector shows, and QUIC's CONNECTION_CLOSE.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/capture/dissected.hpp"

#include "core/net/quic_numbers.hpp"
#include "core/tls/records.hpp"

namespace tlsdiag {

std::optional<Bytes> whole_record(Bytes bytes)
{
    constexpr std::uint8_t major_version = 3;
    Reader reader{bytes};
    const auto type = ContentType{reader.u8()};
    const std::uint8_t major = reader.u8();
    reader.u8();
    reader.vector16();
    if (!reader.ok() || type < ContentType::change_cipher_spec || type > ContentType::heartbeat ||
        major != major_version)
        return std::nullopt;
    return bytes.first(bytes.size() - reader.left());
}

std::optional<Bytes> whole_message(Bytes bytes)
{
    Reader reader{bytes};
    reader.u8();
    reader.vector24();
    return reader.ok() ? std::optional{bytes.first(bytes.size() - reader.left())} : std::nullopt;
}

std::optional<DtlsMessage> whole_dtls_message(Bytes bytes)
{
    constexpr std::size_t tls_header = 4;
    Reader reader{bytes};
    reader.u8();
    const std::uint32_t length = reader.u24();
    reader.u16();
    const std::uint32_t fragment_offset = reader.u24();
    const Bytes fragment = reader.vector24().rest();
    if (!reader.ok() || fragment_offset != 0 || fragment.size() != length)
        return std::nullopt;
    return DtlsMessage{bytes.first(tls_header), fragment};
}

std::optional<QuicClosing> quic_closing(Bytes bytes)
{
    Reader reader{bytes};
    QuicClosing closing{.code = quic_number(reader), .reason = {}};
    if (!reader.ok())
        return std::nullopt;
    quic_number(reader); // the type of the frame at fault
    const std::uint64_t length = quic_number(reader);
    if (reader.ok() && length <= reader.left())
        closing.reason = reader.take(static_cast<std::size_t>(length));
    return closing;
}

} // namespace tlsdiag
