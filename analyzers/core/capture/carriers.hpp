// Everything that carries TLS in a capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/flow_table.hpp"
#include "core/capture/tcp_streams.hpp"
#include "core/flows/eap_flow.hpp"
#include "core/flows/udp_flow.hpp"

#include <map>
#include <unordered_map>

namespace tlsdiag {

struct Carriers {
    TcpStreams tcp;
    FlowTable<std::unordered_map, std::uint32_t, UdpFlow> udp; // by stream
    FlowTable<std::map, Endpoint, EapFlow> eap;                // by the client's address, or RADIUS's stream

    // Later packets of the flow that carries this conversation are not followed.
    void end(const Conversation &conversation);
};

} // namespace tlsdiag
