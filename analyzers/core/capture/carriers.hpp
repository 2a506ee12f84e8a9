// Everything that carries TLS in a capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/flow_table.hpp"
#include "core/capture/tcp_streams.hpp"
#include "core/flows/eap_flow.hpp"
#include "core/flows/openvpn_flow.hpp"
#include "core/flows/udp_flow.hpp"

#include <unordered_map>

namespace tlsdiag {

struct Carriers {
    TcpStreams tcp;
    FlowTable<std::unordered_map, std::uint32_t, UdpFlow> udp;         // by stream
    FlowTable<std::unordered_map, std::uint32_t, EapFlow> eap;         // by session
    FlowTable<std::unordered_map, std::uint32_t, OpenvpnFlow> openvpn; // by stream
    EapSessions eap_sessions;
    std::unordered_map<std::uint32_t, std::uint32_t> eap_session_of; // by conversation

    // Later packets of the flow that carries this conversation are not followed.
    void end(const Conversation &conversation);
};

} // namespace tlsdiag
