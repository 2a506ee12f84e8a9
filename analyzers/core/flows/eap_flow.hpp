// EAP methods that carry TLS, between one peer (the client) and its authenticator.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/flow_host.hpp"
#include "core/flows/tls_stream.hpp"
#include "core/net/eap.hpp"

#include <optional>

namespace tlsdiag {

// The key of an EAP exchange: the peer's own address, because the authenticator's may be a group address (IEEE 802.1X,
// 11.1.1); or the UDP stream if RADIUS carries it.
Endpoint eap_carrier(std::optional<std::uint32_t> stream, const Endpoint &peer);

class EapFlow {
public:
    EapFlow(FlowHost &capture, std::optional<std::uint32_t> stream) : capture_{capture}, stream_{stream} {}

    void packet(const EapPacket &packet);
    void message(Side from, Bytes message);
    void alert(Side from, Alert alert);
    void end_frame();
    HandshakeTracker *tracker() { return tls_ ? &tls_->tracker() : nullptr; }

private:
    void begin(Side from);

    FlowHost &capture_;
    std::optional<std::uint32_t> stream_;
    std::optional<TlsStream> tls_;
    PerSide<std::optional<std::uint8_t>> last_identifier_;
};

} // namespace tlsdiag
