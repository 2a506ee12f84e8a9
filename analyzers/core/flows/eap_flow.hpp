// EAP methods that carry TLS, between one peer (the client) and its authenticator.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/carrier.hpp"
#include "core/flows/eap_sessions.hpp"
#include "core/flows/flow_host.hpp"
#include "core/flows/tls_stream.hpp"
#include "core/net/eap.hpp"

#include <optional>

namespace tlsdiag {

class EapFlow final : public Carrier {
public:
    EapFlow(FlowHost &host, std::optional<std::uint32_t> stream) : host_{host}, stream_{stream} {}

    void packet(const EapSession &session, const EapPacket &packet);
    void result(bool success, bool only_radius); // only_radius: without EAP-Success or EAP-Failure
    void message(Bytes message) override;
    void alert(Alert alert) override;
    void end_frame() override;
    HandshakeTracker *tracker() { return tls_ ? &tls_->tracker() : nullptr; }

private:
    void begin(const EapSession &session);
    void deliver_loss(const EapPacket &packet);

    FlowHost &host_;
    std::optional<std::uint32_t> stream_;
    std::optional<TlsStream> tls_;
    Side from_ = Side::server; // of the last packet
    PerSide<std::optional<std::uint8_t>> last_identifier_;
    PerSide<bool> more_follows_; // in the last packet: the other side only acknowledges it
};

} // namespace tlsdiag
