// The handshake messages in their order, for the signatures that cover them. They are kept until the outcome is known.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"

#include <cstdint>
#include <optional>

namespace tlsdiag {

class Transcript {
public:
    // Adds a complete message without its header. DTLS also signs its message_seq (RFC 6347, 4.2.6).
    void client_sent(HandshakeType type, Bytes body, std::optional<std::uint16_t> message_seq);
    void server_sent(HandshakeType type, Bytes body, std::optional<std::uint16_t> message_seq);
    void retried(); // the server's last message was a HelloRetryRequest

    void forget(); // the outcome is known, or bytes are missing: stops storing

    // What a CertificateVerify signs: all messages before it. Empty if one of them is missing.
    Octets before_client_verify(CipherSuite suite) const;
    Octets before_server_verify(CipherSuite suite) const; // TLS 1.3

    static constexpr std::size_t max_kept = 256 * 1024;

private:
    struct Flight {
        Octets messages;
        std::uint32_t types = 0; // one bit for each type that it contains
        bool complete = false;

        bool has(HandshakeType type) const { return types >> static_cast<unsigned>(type) & 1; }
        bool has_certificate() const // RFC 8879, 4: a compressed one is covered as it was sent
        {
            return has(HandshakeType::certificate) || has(HandshakeType::compressed_certificate);
        }
    };

    void add(Flight &flight, HandshakeType type, Bytes body, std::optional<std::uint16_t> message_seq);
    Octets hellos(CipherSuite suite) const;

    Octets first_hello_, retry_request_; // only after a HelloRetryRequest
    Flight hello_, server_, client_;     // the last ClientHello, then what each side sent
    std::size_t before_server_verify_ = 0;
    bool keeping_ = true;
};

} // namespace tlsdiag
