// Follows a handshake inside a connection that has already completed one.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/handshake/renegotiation.hpp"

namespace tlsdiag {

bool Renegotiation::under_way() const
{
    return (began[Side::client] || began[Side::server]) && !(finished[Side::client] && finished[Side::server]);
}

// RFC 5246, 7.3: the client's ChangeCipherSpec and Finished come first, because it proposes a full handshake.
void RenegotiationTracker::record(Side side, ContentType type)
{
    if (type == ContentType::handshake) {
        if (!now_.under_way()) {
            const ClientAuth known = now_.client_auth;
            now_ = {};
            now_.client_auth = known;
        }
        Moment &first = now_.changed[side] ? now_.finished[side] : now_.began[side];
        if (!first)
            first = state_.now;
    } else if (!now_.under_way()) {
        return;
    } else if (type == ContentType::change_cipher_spec) {
        now_.changed[side] = state_.now;
    } else if (type == ContentType::alert && side == Side::client) {
        now_.client_left = true;
    } else if (type == ContentType::alert && now_.changed[Side::client] && !now_.changed[Side::server] &&
               !now_.client_left && !state_.conversation.fin[Side::client] && !now_.refused) {
        now_.refused = state_.now;
        state_.refusal_untold = state_.unsettled = true;
    }
}

// Also reads the CertificateRequest that TLS 1.3 can send after the handshake (RFC 8446, 4.6.2).
void RenegotiationTracker::message(Side side, const Message &message)
{
    now_.readable = true;
    if (side == Side::server && std::holds_alternative<CertificateRequest>(message))
        now_.client_auth = ClientAuth::requested;
    else if (const auto *own = std::get_if<CertificateMessage>(&message); own && side == Side::client)
        now_.client_auth = own->count == 0 ? ClientAuth::empty : ClientAuth::sent;
}

} // namespace tlsdiag
