// Follows EAP methods that carry TLS (RFC 5216). Each fragment is acknowledged before the next, so fragments arrive in
// order.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/eap_flow.hpp"

#include "core/flows/tcp_reassembly.hpp"

namespace tlsdiag {

void EapFlow::begin(const EapSession &session)
{
    tls_.emplace(host_.start({Transport::eap, stream_, session.peer, session.server, false}));
    last_identifier_ = {};
    more_follows_ = {};
}

// A Response has the identifier of its Request, and the next Request comes only after the Response (RFC 3748, 4.1).
void EapFlow::deliver_loss(const EapPacket &packet)
{
    const auto request = last_identifier_[Side::server], response = last_identifier_[Side::client];
    const bool request_lost = from_ == Side::client && request && request != packet.identifier;
    const bool response_lost = from_ == Side::server && request && response != request;
    const Side lost = peer(from_);
    if ((request_lost || response_lost) && !more_follows_[from_])
        tls_->deliver(lost, {}, unknown_loss);
}

void EapFlow::packet(const EapSession &session, const EapPacket &packet)
{
    from_ = packet.code == EapCode::response ? Side::client : Side::server;
    const bool is_result = packet.code == EapCode::success || packet.code == EapCode::failure;
    if (is_result)
        return result(packet.code == EapCode::success, false);
    if (!packet.carries_tls) {
        last_identifier_[from_] = packet.identifier; // such as a Notification
        return;
    }
    if (!tls_ || (packet.start && tls_->tracker().conversation().stage != Stage::nothing)) {
        begin(session);
        const bool hello = packet.tls.size() > 5 && RecordReader::looks_like_client_hello(packet.tls);
        tls_->tracker().transport(TlsStarts{!packet.start && !hello});
    }
    HandshakeTracker &tracker = tls_->tracker();
    host_.touch(tracker, from_);
    if (is_group(tracker.conversation().client) || is_group(tracker.conversation().server))
        tracker.transport(EapPeers{session.peer, session.server});
    tracker.transport(EapPacketSeen{from_, packet.method});
    if (last_identifier_[from_] == packet.identifier) {
        tracker.transport(SentAgain{from_});
        return;
    }
    deliver_loss(packet);
    last_identifier_[from_] = packet.identifier;
    more_follows_[from_] = packet.more;
    tls_->deliver(from_, packet.tls, 0);
    if (packet.truncated) {
        tracker.transport(PacketTruncated{});
        tls_->deliver(from_, {}, unknown_loss);
    }
}

void EapFlow::result(bool success, bool only_radius)
{
    if (!tls_)
        return;
    host_.touch(tls_->tracker(), Side::server);
    tls_->tracker().transport(EapResult{success, only_radius});
}

void EapFlow::message(Bytes message)
{
    if (tls_)
        tls_->dissected(from_, message);
}

void EapFlow::alert(Alert alert)
{
    if (tls_)
        tls_->dissected(from_, alert);
}

void EapFlow::end_frame()
{
    if (tls_)
        tls_->end_frame();
}

} // namespace tlsdiag
