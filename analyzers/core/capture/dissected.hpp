// Cuts the bytes that the dissector shows into whole records and messages, by their own headers. More bytes may follow
// them in the dissector's buffer.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <optional>

namespace tlsdiag {

// The first record, with its header, if it is whole: the dissector shows a partial record again when it is reassembled.
std::optional<Bytes> whole_record(Bytes bytes);

// The handshake message at the beginning, with its header, if it is whole.
std::optional<Bytes> whole_message(Bytes bytes);

// The same of DTLS: its header has more fields, of which only the first two are also in TLS (RFC 6347, 4.2.2).
struct DtlsMessage {
    Bytes header; // as in TLS: type and length
    Bytes body;
};
std::optional<DtlsMessage> whole_dtls_message(Bytes bytes);

// Of a CONNECTION_CLOSE frame of type 0x1c (RFC 9000, 19.19), from its error code on.
struct QuicClosing {
    std::uint64_t code;
    Bytes reason; // the reason phrase, if it is whole
};
std::optional<QuicClosing> quic_closing(Bytes bytes);

} // namespace tlsdiag
