// DTLS and QUIC on one UDP stream: which side is the client, and what each datagram contains.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/carrier.hpp"
#include "core/flows/flow_host.hpp"
#include "core/flows/quic_connections.hpp"
#include "core/tls/dtls.hpp"

#include <cstdint>

namespace tlsdiag {

class UdpFlow final : public Carrier {
public:
    UdpFlow(FlowHost &host, std::uint32_t stream) : host_{host}, stream_{stream}, quic_{host, stream} {}

    void datagram(Bytes payload, std::size_t length);
    void quic(Bytes packets);
    void message(Bytes message) override;
    void alert(Alert alert) override;
    void quic_close(std::uint64_t code, Bytes reason) override;
    void end_frame() override;
    bool forget(std::uint32_t conversation); // returns true if it was the last one that is followed here

private:
    Side side(); // the side of the packet's sender
    void begin(bool client_sends, bool midway);
    bool begins_anew(Bytes hello) const;
    void asked_for_cookie(HandshakeType type, Bytes body);
    void learn_path(Side from, HandshakeType type, Bytes body);

    FlowHost &host_;
    std::uint32_t stream_;
    QuicConnections quic_;
    bool in_quic_ = false; // the last packet was QUIC

    HandshakeTracker *tracker_ = nullptr; // of DTLS
    Endpoint client_;
    PerSide<DtlsReader> readers_;
    Octets hello_random_; // distinguishes a new ClientHello from a retransmitted one
    Octets cookie_asked_; // by the server, last
    Octets cookie_sent_;  // in the last ClientHello
};

} // namespace tlsdiag
