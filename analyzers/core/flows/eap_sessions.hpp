// Tells which supplicant's authentication an EAP packet belongs to.
//
// IEEE 802.1X: the supplicant's address tells it. On a wire, both sides may send to a group address (802.1X, 11.1.1);
// then a Request belongs to the supplicant that answered the authenticator's last one (RFC 3748, 4.2: the Response has
// the identifier of its Request). RADIUS: many authentications share one UDP stream. An answer has the identifier of
// its request, and the next request returns the State of the last challenge (RFC 3579, 2.6.1).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/flow_host.hpp"
#include "core/net/eap.hpp"
#include "core/net/radius.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace tlsdiag {

struct EapSession {
    std::uint32_t number;
    Endpoint peer, server; // a group address if the real one is not known
};

bool is_group(const Endpoint &end); // an Ethernet group address, or none (Linux cooked captures)

class EapSessions {
public:
    EapSession over_lan(const Frame &frame, const EapPacket &packet);
    EapSession over_radius(std::uint32_t stream, const Frame &frame, const RadiusPacket &packet);
    // RADIUS, without the packet around the EAP packet.
    EapSession over_udp(std::uint32_t stream, const Frame &frame, const EapPacket &packet);

private:
    struct Authenticator { // that sends to a group address
        std::uint32_t session = 0;
        std::uint8_t identifier = 0; // of its last Request
        bool answered = false;       // by `peer`
        std::optional<Endpoint> peer;
    };
    struct Request {
        std::uint32_t session = 0; // 0: no request with this identifier
        std::array<std::uint8_t, 16> authenticator{};
    };
    struct Path { // a UDP stream that carries RADIUS
        std::array<Request, 256> requests;
        std::uint32_t latest = 0; // the session of the latest packet; 0: none
    };

    std::uint32_t peer_session(const Endpoint &peer);
    EapSession of_response(const Frame &frame, std::uint8_t identifier);
    std::uint32_t session_of_request(std::uint32_t stream, Path &path, const RadiusPacket &packet);
    std::uint32_t open() { return ++opened_; }
    void bound();

    std::uint32_t opened_ = 0;
    std::map<Endpoint, std::uint32_t> peers_;
    std::map<Endpoint, Authenticator> authenticators_;
    std::unordered_map<std::uint32_t, Path> paths_;                                   // by stream
    std::map<std::pair<std::uint32_t, Octets>, std::uint32_t> by_state_, by_station_; // in which stream
};

} // namespace tlsdiag
