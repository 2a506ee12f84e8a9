// TDS, the protocol of SQL Server: until version 8, its packets carry the TLS handshake (MS-TDS, 2.2.6.5).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/reader.hpp"

#include <cstdint>
#include <optional>

namespace tlsdiag {

// The content of the TDS packet that these bytes start with, as far as they go. Empty: they are not a packet of a type
// that carries TLS.
Bytes tds_content(Bytes bytes);

// The ENCRYPTION option of a PRELOGIN message (MS-TDS, 2.2.6.5). Absent if these bytes are not such a message.
enum class TdsEncryption : std::uint8_t { off = 0, on = 1, not_supported = 2, required = 3 };
std::optional<TdsEncryption> tds_encryption(Bytes message);

// Takes the TLS records of one side out of its TDS packets. After the handshake, records come without packets around
// them; or packets without TLS, if only the login is encrypted.
class TdsUnwrapper {
public:
    // Passes the TLS bytes on to `use`. `missing` bytes before them are lost. Returns whether TLS is over.
    template <class Use>
    bool feed(Bytes bytes, std::uint64_t missing, bool handshake_over, Use use)
    {
        missing = lose(missing);
        do {
            const Bytes tls = next(bytes, handshake_over);
            if (missing > 0 || !tls.empty())
                use(tls, missing);
            missing = 0;
        } while (!bytes.empty());
        return state_ == State::over;
    }

private:
    enum class State : std::uint8_t { packets, records, over };
    static constexpr std::size_t header_size = 8;

    Bytes next(Bytes &rest, bool handshake_over);
    std::uint64_t lose(std::uint64_t missing);

    State state_ = State::packets;
    std::uint8_t header_[header_size] = {}; // of the packet, as far as it has arrived
    std::size_t header_read_ = 0;
    std::size_t left_ = 0; // of the packet's content
};

} // namespace tlsdiag
