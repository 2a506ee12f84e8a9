// Tells which supplicant's authentication an EAP packet belongs to.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/eap_sessions.hpp"

#include <algorithm>

namespace tlsdiag {

constexpr std::size_t most = 65'536; // of each table: real captures have far fewer at once

bool is_group(const Endpoint &end)
{
    constexpr std::size_t ethernet = 6;
    return end.address_length == 0 || (end.address_length == ethernet && (end.address[0] & 1) != 0);
}

static Octets octets(Bytes bytes)
{
    return {bytes.begin(), bytes.end()};
}

// ---- IEEE 802.1X ----

std::uint32_t EapSessions::peer_session(const Endpoint &peer)
{
    bound();
    std::uint32_t &session = peers_[peer];
    if (session == 0)
        session = open();
    return session;
}

EapSession EapSessions::over_lan(const Frame &frame, const EapPacket &packet)
{
    if (packet.code == EapCode::response)
        return of_response(frame, packet.identifier);
    if (!is_group(frame.destination))
        return {peer_session(frame.destination), frame.destination, frame.source};
    bound();
    Authenticator &from = authenticators_[frame.source];
    if (from.session == 0)
        from.session = open();
    from.answered &= packet.code != EapCode::request || from.identifier == packet.identifier;
    from.identifier = packet.identifier;
    return {from.session, from.peer.value_or(frame.destination), frame.source};
}

// If it answers a Request to the group, both belong together from now on: the supplicant on a port can be replaced.
EapSession EapSessions::of_response(const Frame &frame, std::uint8_t identifier)
{
    const Endpoint &peer = frame.source;
    for (auto &[address, from] : authenticators_) {
        const bool sent_to = is_group(frame.destination) || frame.destination == address;
        const bool another = from.peer && *from.peer != peer;
        if (!sent_to || from.identifier != identifier || (another && from.answered))
            continue;
        if (another)
            from.session = peer_session(peer);
        from.answered = true;
        from.peer = peer;
        peers_[peer] = from.session;
        return {from.session, peer, address};
    }
    return {peer_session(peer), peer, frame.destination};
}

// ---- RADIUS ----

EapSession EapSessions::over_radius(std::uint32_t stream, const Frame &frame, const RadiusPacket &packet)
{
    bound();
    Path &path = paths_[stream];
    const bool by_client = packet.code == RadiusCode::request;
    std::uint32_t session = path.requests[packet.identifier].session;
    if (by_client)
        session = session_of_request(stream, path, packet);
    else if (session == 0) // its request is missing
        session = path.latest ? path.latest : open();
    path.latest = session;
    if (by_client) {
        Request &request = path.requests[packet.identifier];
        request.session = session;
        std::ranges::copy(packet.authenticator, request.authenticator.begin());
        if (!packet.calling_station.empty())
            by_station_[{stream, octets(packet.calling_station)}] = session;
    } else if (!packet.state.empty()) {
        by_state_[{stream, octets(packet.state)}] = session;
    }
    return by_client ? EapSession{session, frame.source, frame.destination}
                     : EapSession{session, frame.destination, frame.source};
}

// A request without State begins an authentication, unless it is sent again.
std::uint32_t EapSessions::session_of_request(std::uint32_t stream, Path &path, const RadiusPacket &packet)
{
    const Request &same = path.requests[packet.identifier];
    if (same.session != 0 && std::ranges::equal(same.authenticator, packet.authenticator))
        return same.session;
    if (packet.state.empty())
        return open();
    if (const auto challenged = by_state_.find({stream, octets(packet.state)}); challenged != by_state_.end()) {
        const std::uint32_t session = challenged->second;
        by_state_.erase(challenged);
        return session;
    }
    // The challenge is missing.
    if (const auto station = by_station_.find({stream, octets(packet.calling_station)}); station != by_station_.end())
        return station->second;
    return packet.calling_station.empty() && path.latest ? path.latest : open();
}

EapSession EapSessions::over_udp(std::uint32_t stream, const Frame &frame, const EapPacket &packet)
{
    bound();
    Path &path = paths_[stream];
    if (path.latest == 0)
        path.latest = open();
    return packet.code == EapCode::response ? EapSession{path.latest, frame.source, frame.destination}
                                            : EapSession{path.latest, frame.destination, frame.source};
}

// Forgets what only a capture that was made to fill the memory can have.
void EapSessions::bound()
{
    constexpr std::size_t most_paths = 4096; // 5 KB each
    if (peers_.size() >= most)
        peers_.clear();
    if (authenticators_.size() >= 256) // each Response asks all of them
        authenticators_.clear();
    if (paths_.size() >= most_paths)
        paths_.clear();
    if (by_state_.size() >= most)
        by_state_.clear();
    if (by_station_.size() >= most)
        by_station_.clear();
}

} // namespace tlsdiag
