// DTLS and QUIC on one UDP stream: which side is the client, and what each datagram contains.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/flow_host.hpp"
#include "core/handshake/handshake_tracker.hpp"
#include "core/tls/dtls.hpp"

#include <optional>

namespace tlsdiag {

class UdpFlow {
public:
    UdpFlow(FlowHost &capture, std::uint32_t stream) : capture_{capture}, stream_{stream} {}

    void datagram(Bytes payload, std::size_t length);
    void quic(Bytes packets);
    void message(Bytes message); // as the dissector shows it
    void alert(Alert alert);
    void quic_close(std::uint64_t code);
    void end_frame();
    const HandshakeTracker *tracker() const { return tracker_; }
    void unreachable(const Endpoint &sender, std::uint16_t icmp);

private:
    Side side(); // the side of the packet's sender
    void begin(Transport transport, bool client_sends, bool midway);
    bool begins_anew(Bytes hello) const;
    bool begins_with_version_negotiation(Bytes packet);

    FlowHost &capture_;
    std::uint32_t stream_;
    HandshakeTracker *tracker_ = nullptr;
    Endpoint client_;
    PerSide<DtlsReader> readers_;
    std::uint64_t bytes_before_ = 0;  // bytes of the client's QUIC packets before their ClientHello was shown
    std::uint32_t version_tried_ = 0; // version of the QUIC packet before the first one that is followed
    Octets hello_random_;             // distinguishes a new ClientHello from a retransmitted one
};

} // namespace tlsdiag
