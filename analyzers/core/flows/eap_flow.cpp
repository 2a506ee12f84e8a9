// Follows EAP methods that carry TLS (RFC 5216). Each fragment is acknowledged before the next, so fragments arrive in
// order.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/eap_flow.hpp"

#include "core/flows/tcp_reassembly.hpp"

namespace tlsdiag {

Endpoint eap_carrier(std::optional<std::uint32_t> stream, const Endpoint &peer)
{
    if (!stream)
        return peer;
    Endpoint carrier;
    for (unsigned i = 0; i < 4; ++i)
        carrier.address[i] = static_cast<std::uint8_t>(*stream >> 8 * i);
    return carrier;
}

void EapFlow::begin(Side from)
{
    const Frame &frame = capture_.frame();
    const bool client_sends = from == Side::client;
    tls_.emplace(capture_.start(Transport::eap, stream_, client_sends ? frame.source : frame.destination,
                                client_sends ? frame.destination : frame.source));
    last_identifier_ = {};
}

void EapFlow::packet(const EapPacket &packet)
{
    const Side from = packet.code == EapCode::response ? Side::client : Side::server;
    const bool result = packet.code == EapCode::success || packet.code == EapCode::failure;
    if (result ? !tls_ : !packet.carries_tls)
        return;
    if (!tls_ || (packet.start && tls_->tracker().conversation().stage != Stage::nothing)) {
        begin(from);
        tls_->tracker().conversation().gaps.started_midway = !packet.start;
    }
    HandshakeTracker &tracker = tls_->tracker();
    capture_.touch(tracker, from);
    if (result) {
        tracker.eap_result(packet.code == EapCode::success);
        return;
    }
    ++tracker.conversation().eap_packets[from];
    if (last_identifier_[from] == packet.identifier) {
        tracker.sent_again(from);
        return;
    }
    last_identifier_[from] = packet.identifier;
    tls_->feed(from, packet.tls, 0);
    if (packet.truncated) {
        tracker.conversation().gaps.truncated = true;
        tls_->feed(from, {}, unknown_loss);
    }
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
        tls_->note_incomplete();
}

} // namespace tlsdiag
