// The handshake's messages as they came, for the signatures that cover them. They are kept until the outcome is known.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/tls/messages.hpp"

#include <cstdint>
#include <optional>

namespace tlsdiag {

class Transcript {
public:
    // A complete message without its header; DTLS signs its message_seq, too (RFC 6347, 4.2.6).
    void client_sent(HandshakeType type, Bytes body, std::optional<std::uint16_t> message_seq);
    void server_sent(HandshakeType type, Bytes body, std::optional<std::uint16_t> message_seq);
    void retried(); // what the server sent last was a HelloRetryRequest

    void forget(); // the outcome is known, or bytes are missing: nothing is kept any more

    // What a CertificateVerify signs: all messages before it. Empty where one of them is not here.
    Octets before_client_verify(CipherSuite suite) const;
    Octets before_server_verify(CipherSuite suite) const; // TLS 1.3

    static constexpr std::size_t max_kept = 256 * 1024;

private:
    struct Flight {
        Octets messages;
        std::uint32_t types = 0; // a bit for each type that is in it
        bool complete = false;

        bool has(HandshakeType type) const { return types >> static_cast<unsigned>(type) & 1; }
    };

    void add(Flight &flight, HandshakeType type, Bytes body, std::optional<std::uint16_t> message_seq);
    Octets hellos(CipherSuite suite) const;

    Octets first_hello_, retry_request_; // where there was a HelloRetryRequest
    Flight hello_, server_, client_;     // the ClientHello that counts, then what each side sent
    std::size_t before_server_verify_ = 0;
    bool keeping_ = true;
};

} // namespace tlsdiag
