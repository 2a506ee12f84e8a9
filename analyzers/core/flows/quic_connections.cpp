// Follows QUIC (RFC 9000, RFC 9001) on one UDP stream.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/quic_connections.hpp"

#include <algorithm>
#include <utility>

namespace tlsdiag {

static bool contains(const std::vector<Octets> &ids, Bytes id)
{
    return !id.empty() && std::ranges::any_of(ids, [&](const Octets &one) { return std::ranges::equal(one, id); });
}

static void add(std::vector<Octets> &ids, Bytes id)
{
    if (!id.empty() && !contains(ids, id) && ids.size() < QuicConnections::most_ids)
        ids.emplace_back(id.begin(), id.end());
}

Side QuicConnections::side(const Connection &connection) const
{
    return host_.frame().source == connection.client ? Side::client : Side::server;
}

// ---- Which connection ----

void QuicConnections::packets(Bytes datagram)
{
    bool any = false;
    each_quic_packet(datagram,
                     [&](const QuicPacket &one) { packet(one, std::exchange(any, true) ? 0 : datagram.size()); });
}

void QuicConnections::packet(const QuicPacket &packet, std::size_t size)
{
    current_ = find(packet);
    const bool negotiates = packet.type == QuicPacketType::version_negotiation && !packet.versions().empty();
    if (!current_ && connections_.empty() && negotiates) {
        // If the dissector does not know the version either, the first packet shows no ClientHello.
        current_ = &begin(false, false);
        if (current_->version != 0)
            current_->tracker->transport(EarlierPacketSeen{Side::client});
    }
    if (!current_)
        return wait(packet, size);
    const Side from = side(*current_);
    learn(*current_, packet, from);
    host_.touch(*current_->tracker, from);
    if (size > 0)
        current_->tracker->transport(QuicBytes{from, size});
    follow(*current_, packet, from);
}

QuicConnections::Connection *QuicConnections::find(const QuicPacket &packet)
{
    for (auto one = connections_.rbegin(); one != connections_.rend(); ++one) {
        const Side from = side(*one);
        const Ids &to = one->ids[peer(from)], &of = one->ids[from];
        const bool known = packet.long_header()
                               ? contains(to, packet.destination) || contains(of, packet.source)
                               : std::ranges::any_of(to, [&](const Octets &id) { return packet.starts_with(id); });
        if (known)
            return &*one;
    }
    if (connections_.empty())
        return nullptr;
    Connection &latest = connections_.back();
    const bool may_begin = packet.type == QuicPacketType::initial && packet.destination.size() >= shortest_first &&
                           side(latest) == Side::client;
    return may_begin ? nullptr : &latest;
}

void QuicConnections::wait(const QuicPacket &packet, std::size_t size)
{
    const Bytes destination = packet.destination, source = packet.source;
    if (!std::ranges::equal(waiting_.destination, destination) && !connections_.empty())
        waiting_ = {};
    waiting_.version = packet.version;
    waiting_.destination.assign(destination.begin(), destination.end());
    waiting_.source.assign(source.begin(), source.end());
    waiting_.sender = host_.frame().source;
    waiting_.bytes += size;
}

// A Version Negotiation packet only repeats the client's ids (RFC 8999, 6).
void QuicConnections::learn(Connection &connection, const QuicPacket &packet, Side from)
{
    if (!packet.long_header() || packet.type == QuicPacketType::version_negotiation)
        return;
    add(connection.ids[from], packet.source);
    if (packet.type == QuicPacketType::handshake)
        add(connection.ids[peer(from)], packet.destination);
}

QuicConnections::Connection &QuicConnections::begin(bool client_sends, bool midway)
{
    const Frame &frame = host_.frame();
    const Endpoint client = client_sends ? frame.source : frame.destination;
    const Endpoint server = client_sends ? frame.destination : frame.source;
    HandshakeTracker &tracker = host_.start({Transport::quic, stream_, client, server, false});
    tracker.transport(TlsStarts{midway});
    tracker.transport(QuicBytes{Side::client, waiting_.bytes});
    if (connections_.size() == most)
        connections_.erase(connections_.begin());
    Connection &one = connections_.emplace_back();
    one.tracker = &tracker;
    one.client = client;
    one.version = waiting_.version;
    const Side waited = waiting_.sender == client ? Side::client : Side::server;
    add(one.ids[peer(waited)], waiting_.destination);
    add(one.ids[waited], waiting_.source);
    waiting_ = {};
    return one;
}

// ---- What is in it ----

void QuicConnections::follow(Connection &connection, const QuicPacket &packet, Side from)
{
    constexpr std::uint64_t shortest_finished = 1 + 4 + 36 + 16; // packet number, CRYPTO frame, message, tag
    HandshakeTracker &tracker = *connection.tracker;
    switch (packet.type) {
    case QuicPacketType::initial:
        if (from == Side::client)
            asked_again(connection, packet);
        break;
    case QuicPacketType::handshake:
        tracker.transport(QuicHandshakePacket{from, packet.length >= shortest_finished});
        break;
    case QuicPacketType::version_negotiation:
        if (const auto versions = packet.versions(); from == Side::server && !versions.empty())
            tracker.transport(QuicVersionsOffered{connection.version, versions});
        break;
    case QuicPacketType::one_rtt:
        tracker.transport(QuicOneRttPacket{from});
        break;
    case QuicPacketType::zero_rtt:
    case QuicPacketType::retry:
        break;
    }
}

// While the server is silent, the client's Initials can only repeat its ClientHello (RFC 9002, 6.2). The dissector does
// not show it again. An Initial to a short id answers a server that was not captured.
void QuicConnections::asked_again(Connection &connection, const QuicPacket &packet)
{
    const Conversation &c = connection.tracker->conversation();
    const std::uint32_t frame = host_.frame().moment.frame;
    const bool silent =
        c.gaps.direction_missing[Side::server] && c.client_hello && !connection.tracker->outcome_known();
    if (!silent || packet.destination.size() < shortest_first || c.client_hello.at.frame == frame ||
        connection.repeated_frame == frame)
        return;
    connection.repeated_frame = frame;
    connection.tracker->transport(SentAgain{Side::client});
}

constexpr std::size_t random_size = 32;

static Bytes random_of(Bytes hello)
{
    return hello.size() >= 2 + random_size ? hello.subspan(2, random_size) : Bytes{};
}

// After a HelloRetryRequest and a Retry, the client sends the same random again.
bool QuicConnections::begins_another(const Connection &connection, Bytes hello) const
{
    if (connection.random.empty())
        return connection.tracker->conversation().quic_version_negotiation.at.frame != 0;
    return !random_of(hello).empty() && !std::ranges::equal(connection.random, random_of(hello));
}

void QuicConnections::message(Bytes message)
{
    Reader reader{message};
    const auto type = HandshakeType{reader.u8()};
    const Bytes body = reader.vector24().rest();
    const bool client_hello = type == HandshakeType::client_hello, server_hello = type == HandshakeType::server_hello;
    if (!reader.ok())
        return;
    if (!current_ && !connections_.empty() && !(client_hello && begins_another(connections_.back(), body))) {
        current_ = &connections_.back(); // to an id that the server has sent encrypted, or in a Retry that is missing
        add(current_->ids[Side::server], waiting_.destination);
    }
    if (!current_ || (client_hello && begins_another(*current_, body))) {
        if (!client_hello && !server_hello)
            return;
        current_ = &begin(client_hello, !client_hello);
    }
    Connection &connection = *current_;
    HandshakeTracker &tracker = *connection.tracker;
    const Side from = side(connection);
    host_.touch(tracker, from);
    if (client_hello && connection.random.empty())
        connection.random.assign(random_of(body).begin(), random_of(body).end());
    // A retransmitted hello changes nothing; a second ClientHello answers a HelloRetryRequest.
    const Conversation &c = tracker.conversation();
    const bool again = client_hello ? c.client_hello && !c.hello_retry_request : server_hello && c.server_hello;
    if (!again)
        tracker.message(from, static_cast<std::uint8_t>(type), body, !client_hello && !server_hello);
    else if (!tracker.outcome_known() && connection.repeated_frame != host_.frame().moment.frame)
        tracker.transport(SentAgain{from});
}

void QuicConnections::close(std::uint64_t code, Bytes reason)
{
    if (!current_ && !connections_.empty())
        current_ = &connections_.back();
    if (!current_)
        return;
    const Side from = side(*current_);
    host_.touch(*current_->tracker, from);
    current_->tracker->transport(QuicClose{from, code, reason});
}

bool QuicConnections::forget(std::uint32_t conversation)
{
    current_ = nullptr;
    return std::erase_if(connections_,
                         [&](const Connection &one) { return one.tracker->conversation().number == conversation; }) > 0;
}

} // namespace tlsdiag
