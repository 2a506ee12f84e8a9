// The QUIC connections on one UDP stream: which one a packet belongs to (RFC 9000, 5.2 and 7.2).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/flow_host.hpp"
#include "core/net/quic_packet.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace tlsdiag {

// A client may use one port for several connections, one after the other or at once. Connection ids tell them apart, as
// far as they are seen: later ones are sent encrypted, and a server needs none. What no id tells belongs to the latest
// connection. An Initial to an id that nobody has used so far may begin another connection: it waits until the
// dissector shows a ClientHello in it.
class QuicConnections {
public:
    QuicConnections(FlowHost &host, std::uint32_t stream) : host_{host}, stream_{stream} {}

    void packets(Bytes datagram);
    void message(Bytes message); // of the packets before, as the dissector shows it
    void close(std::uint64_t code, Bytes reason);

    bool empty() const { return connections_.empty(); }
    bool forget(std::uint32_t conversation); // returns false if it is not one of these

    static constexpr std::size_t most = 8;           // connections that are followed at once
    static constexpr std::size_t most_ids = 8;       // of each side of a connection
    static constexpr std::size_t shortest_first = 8; // a client's first id for its server (RFC 9000, 7.2)

private:
    using Ids = std::vector<Octets>;
    struct Connection {
        HandshakeTracker *tracker;
        Endpoint client;
        PerSide<Ids> ids; // of each side: the destinations of its peer's packets
        std::uint32_t version = 0;
        Octets random;                    // of its ClientHello
        std::uint32_t repeated_frame = 0; // a packet in this frame counted as sent again
    };
    // An Initial, or packets before the first ClientHello, whose connection is not known.
    struct Waiting {
        std::uint32_t version = 0;
        Octets destination, source;
        Endpoint sender;
        std::uint64_t bytes = 0;
    };

    void packet(const QuicPacket &packet, std::size_t size);
    Connection *find(const QuicPacket &packet);
    void wait(const QuicPacket &packet, std::size_t size);
    void learn(Connection &connection, const QuicPacket &packet, Side from);
    void follow(Connection &connection, const QuicPacket &packet, Side from);
    void asked_again(Connection &connection, const QuicPacket &packet);
    Connection &begin(bool client_sends, bool midway);
    bool begins_another(const Connection &connection, Bytes hello) const;
    Side side(const Connection &connection) const;

    FlowHost &host_;
    std::uint32_t stream_;
    std::vector<Connection> connections_; // the latest last
    Connection *current_ = nullptr;       // of the last packet; nullptr: it waits
    Waiting waiting_;
};

} // namespace tlsdiag
