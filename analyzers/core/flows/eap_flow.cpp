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
}

void EapFlow::packet(const EapSession &session, const EapPacket &packet)
{
    const Side from = packet.code == EapCode::response ? Side::client : Side::server;
    const bool is_result = packet.code == EapCode::success || packet.code == EapCode::failure;
    if (is_result)
        return result(packet.code == EapCode::success, false);
    if (!packet.carries_tls)
        return;
    if (!tls_ || (packet.start && tls_->tracker().conversation().stage != Stage::nothing)) {
        begin(session);
        const bool hello = packet.tls.size() > 5 && RecordReader::looks_like_client_hello(packet.tls);
        tls_->tracker().transport(TlsStarts{!packet.start && !hello});
    }
    HandshakeTracker &tracker = tls_->tracker();
    host_.touch(tracker, from);
    if (is_group(tracker.conversation().client) || is_group(tracker.conversation().server))
        tracker.transport(EapPeers{session.peer, session.server});
    tracker.transport(EapPacketSeen{from, packet.method});
    if (last_identifier_[from] == packet.identifier) {
        tracker.transport(SentAgain{from});
        return;
    }
    last_identifier_[from] = packet.identifier;
    tls_->deliver(from, packet.tls, 0);
    if (packet.truncated) {
        tracker.transport(PacketTruncated{});
        tls_->deliver(from, {}, unknown_loss);
    }
}

void EapFlow::result(bool success, bool only_radius)
{
    if (!tls_)
        return;
    host_.touch(tls_->tracker(), Side::server);
    tls_->tracker().transport(EapResult{success, only_radius});
}

void EapFlow::message(Side from, Bytes message)
{
    if (tls_)
        tls_->dissected(from, message);
}

void EapFlow::alert(Side from, Alert alert)
{
    if (tls_)
        tls_->dissected(from, alert);
}

void EapFlow::end_frame()
{
    if (tls_)
        tls_->end_frame();
}

} // namespace tlsdiag
