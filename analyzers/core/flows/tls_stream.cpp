// Reads TLS from a byte stream: passes records, and what the dissector decrypted, to the tracker.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tls_stream.hpp"

#include <algorithm>

namespace tlsdiag {

void TlsStream::deliver(Side side, Bytes bytes, std::uint64_t missing)
{
    readers_[side].feed(bytes, missing, [this, side](const RecordEvent &event) {
        tracker_->record_event(side, event);
        follow_tls13();
    });
    if (outcome_known())
        for (RecordReader &reader : readers_.both)
            reader.headers_only();
}

void TlsStream::follow_tls13()
{
    if (tls13_ || !tracker_->conversation().tls13())
        return;
    tls13_ = true;
    for (RecordReader &reader : readers_.both)
        reader.tls13();
}

// The reader finds the plaintext messages itself. Encrypted are, in TLS 1.3, all messages except the hellos; in earlier
// versions, what follows ChangeCipherSpec: Finished, and a renegotiation.
void TlsStream::dissected(Side side, Bytes message)
{
    Reader reader{message};
    const auto type = HandshakeType{reader.u8()};
    const Bytes body = reader.vector24().rest();
    const bool hello = type == HandshakeType::client_hello || type == HandshakeType::server_hello ||
                       type == HandshakeType::hello_retry_request;
    const bool was_encrypted =
        tls13_ ? !hello
               : readers_[side].encrypted() && (type == HandshakeType::finished || tracker_->conversation().completed);
    if (reader.ok() && was_encrypted)
        tracker_->message(side, static_cast<std::uint8_t>(type), body, true);
}

void TlsStream::dissected(Side side, Alert alert)
{
    const Conversation &c = tracker_->conversation();
    const auto same = [&](const SeenAlert &seen) {
        return seen.by == side && seen.at.frame == c.last.frame && seen.alert.description == alert.description;
    };
    if ((tls13_ || readers_[side].encrypted()) && std::ranges::none_of(c.alerts, same))
        tracker_->alert(side, alert, true);
}

void TlsStream::end_frame()
{
    for (const Side side : {Side::client, Side::server}) {
        const RecordReader &reader = readers_[side];
        MessageIncomplete incomplete{side, std::nullopt};
        if (reader.mid_message() && reader.message_announced() > 0)
            incomplete.message = OpaqueMessage{reader.message_type(), reader.message_announced(), false};
        tracker_->transport(incomplete);
    }
}

} // namespace tlsdiag
