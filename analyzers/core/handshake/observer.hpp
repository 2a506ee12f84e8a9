// What the tracker reports to whoever draws a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/transport_events.hpp"
#include "core/tls/messages.hpp"
#include "core/tls/records.hpp"

namespace tlsdiag {

class HandshakeObserver {
public:
    virtual void frame(const Moment &now) = 0; // each frame of the conversation; what it contains follows
    virtual void message(const Moment &at, Side by, const Message &message, bool decrypted,
                         CertificateCache &certificates) = 0;
    virtual void alert(const Moment &at, Side by, Alert alert, bool decrypted) = 0;
    virtual void encrypted(const Moment &at, Side by, const RecordSeen &record, bool afterwards) = 0;
    virtual void change_cipher_spec(const Moment &at, Side by) = 0;
    virtual void too_long(const Moment &at, Side by, const HandshakeTooLong &message) = 0;
    virtual void not_tls(const Moment &at, Side by, const NotTls &strange) = 0;
    virtual void missing(const Moment &at, Side by, std::uint64_t count) = 0; // 0: an unknown number of bytes
    virtual void transport(const Moment &at,
                           const TransportEvent &event) = 0; // the first FIN and RST of a side; others

protected:
    ~HandshakeObserver() = default;
};

} // namespace tlsdiag
