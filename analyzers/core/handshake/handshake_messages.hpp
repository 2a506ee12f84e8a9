// Turns readable handshake messages and alerts into the facts of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/handshake_state.hpp"

namespace tlsdiag {

class HandshakeMessages {
public:
    explicit HandshakeMessages(HandshakeState &state) : state_{state}, conversation_{state.conversation} {}

    // A complete handshake message; in DTLS with its message_seq.
    void message(Side side, std::uint8_t type, Bytes body, bool decrypted,
                 std::optional<std::uint16_t> message_seq = std::nullopt);
    void message(Side side, Message &&message, bool decrypted);
    void alert(Side side, Alert alert, bool decrypted);

private:
    void take(Side side, ClientHello &&hello);
    void take(Side side, ServerHello &&hello);
    void take(Side side, HelloVerifyRequest &&request);
    void take(Side side, EncryptedExtensions &&extensions);
    void take(Side side, CertificateMessage &&message);
    void take(Side side, const CompressedCertificate &message);
    void take(Side side, CertificateRequest &&request);
    void take(Side side, CertificateStatus &&status);
    void take(Side side, ServerKeyExchange &&exchange);
    void take(Side side, CertificateVerify &&verify);
    void take(Side side, ClientKeyExchange &&exchange);
    void take(Side side, Finished &&finished);
    void take(Side side, NewSessionTicket &&ticket);
    void take(Side side, EmptyMessage &&message);
    void take(Side side, OpaqueMessage &&message);
    void take_late(Side side, Message &message);
    void take_retry(ServerHello &&retry);
    void take_chain(Side side, const CertificateMessage &message);
    void close_notify(Side side);
    bool is_fatal(Alert alert) const;

    HandshakeState &state_;
    Conversation &conversation_;
};

} // namespace tlsdiag
