// TLS in the control channel of OpenVPN over UDP. Its packets have numbers, are acknowledged and sent again; each
// carries a piece of the TLS stream.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/carrier.hpp"
#include "core/flows/flow_host.hpp"
#include "core/flows/tls_stream.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace tlsdiag {

class OpenvpnFlow final : public Carrier {
public:
    OpenvpnFlow(FlowHost &host, std::uint32_t stream) : host_{host}, stream_{stream} {}

    // A packet of the control channel. `type` is its first byte: opcode and key id. `numbered` starts with the packet's
    // number, and its content follows.
    void packet(std::uint8_t type, Bytes numbered);
    void message(Bytes message) override;
    void alert(Alert alert) override;
    void end_frame() override;
    HandshakeTracker *tracker() { return tls_ ? &tls_->tracker() : nullptr; }

private:
    void begin(const Endpoint &client, const Endpoint &server, bool midway);
    bool begins_tls(std::uint8_t key, std::uint32_t number, Bytes content);
    bool begins_anew(std::uint32_t number, Bytes hello) const;
    void take(Side from, std::uint32_t number, Bytes content);
    Side side() const;

    FlowHost &host_;
    std::uint32_t stream_;
    std::optional<TlsStream> tls_;
    Endpoint client_;
    std::uint8_t key_ = 0;
    std::uint32_t first_ = 0;                        // the number of the packet in which TLS begins,
    Octets hello_;                                   // and its content
    PerSide<std::uint32_t> next_;                    // the number of the next packet with content
    PerSide<std::map<std::uint32_t, Octets>> early_; // packets whose predecessors are missing
};

} // namespace tlsdiag
