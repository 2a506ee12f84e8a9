// Follows a handshake inside a connection that has already completed one.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/handshake_tracker.hpp"

namespace tlsdiag {

bool Renegotiation::under_way() const
{
    return (began[Side::client] || began[Side::server]) && !(finished[Side::client] && finished[Side::server]);
}

// RFC 5246, 7.3: the client's ChangeCipherSpec and Finished come first, because it proposes a full handshake.
void HandshakeTracker::renegotiation(Side side, ContentType type)
{
    Renegotiation &now = conversation_.renegotiation;
    if (type == ContentType::handshake) {
        if (!now.under_way()) {
            const ClientAuth known = now.client_auth;
            now = {};
            now.client_auth = known;
        }
        Moment &first = now.changed[side] ? now.finished[side] : now.began[side];
        if (!first)
            first = now_;
    } else if (!now.under_way()) {
        return;
    } else if (type == ContentType::change_cipher_spec) {
        now.changed[side] = now_;
    } else if (type == ContentType::alert && side == Side::client) {
        now.client_left = true;
    } else if (type == ContentType::alert && now.changed[Side::client] && !now.changed[Side::server] &&
               !now.client_left && !conversation_.fin[Side::client] && !now.refused) {
        now.refused = now_;
        refusal_pending_ = has_events_ = true;
    }
}

// Also reads the CertificateRequest that TLS 1.3 can send after the handshake (RFC 8446, 4.6.2).
void HandshakeTracker::read_later(Side side, const Message &message)
{
    Renegotiation &now = conversation_.renegotiation;
    now.readable = true;
    if (side == Side::server && std::holds_alternative<CertificateRequest>(message))
        now.client_auth = ClientAuth::requested;
    else if (const auto *own = std::get_if<CertificateMessage>(&message); own && side == Side::client)
        now.client_auth = own->count == 0 ? ClientAuth::empty : ClientAuth::sent;
}

} // namespace tlsdiag
