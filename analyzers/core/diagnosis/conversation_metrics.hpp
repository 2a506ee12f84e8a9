// What statistics and the inventory ask of a conversation beyond its summary; kept only where somebody will.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tlsdiag {

// Seconds; below 0: unknown.
struct Durations {
    double tcp = -1;   // SYN to SYN/ACK: the way from here to the server and back
    double tls = -1;   // ClientHello to the last message of the handshake itself
    double total = -1; // SYN, else ClientHello, to the same
    // Who took how much of tls: known where TCP's opening shows the way to both sides, and nothing was lost.
    double server = -1, client = -1, network = -1;
};

// What is being switched off everywhere.
enum class Legacy : std::uint8_t { old_version, sha1, rsa_key_exchange };
constexpr std::size_t legacies = 3;
std::string_view name(Legacy legacy);  // "old_version"
std::string_view title(Legacy legacy); // "SSL 3.0, TLS 1.0 and TLS 1.1"

struct ConversationMetrics {
    Durations durations;
    std::optional<Group> group;
    std::optional<std::uint32_t> dh_bits;
    bool offers_post_quantum = false; // the client
    bool hides_certificates = false;  // TLS 1.3 without the secrets
    PerSide<std::vector<const Certificate *>> chain;
    // Whose doing it is that a connection depends on it: the client's where it offers nothing else.
    std::array<std::optional<Side>, legacies> depends_on;
    PerSide<std::uint64_t> bytes; // of TLS
    bool hello_seen = false;      // the ClientHello: who did not ask for a name, and who cannot be known to have

    const Certificate *leaf(Side side) const { return chain[side].empty() ? nullptr : chain[side].front(); }
};
ConversationMetrics metrics_of(const Conversation &conversation);

bool is_post_quantum(Group group);

// A TCP connection without TLS.
struct PlainConnection {
    Endpoint server;         // by the SYN, else by the port
    std::uint64_t bytes = 0; // that its sequence numbers count, both ways
    bool under_way = false;  // when the capture began: what is inside of a long record does not look like TLS
};

// All of them, by the server's port.
class PlainTraffic {
public:
    struct Port {
        std::uint64_t connections = 0, bytes = 0;
        std::uint64_t under_way = 0;               // of the connections: when the capture began
        std::map<Endpoint, std::uint64_t> servers; // connections, by address; the first ones
        std::uint64_t to_others = 0;
    };
    static constexpr std::size_t max_servers = 32; // a port

    // A stream can come in parts, where it was forgotten in between.
    void add(std::uint32_t stream, const PlainConnection &connection);

    const std::map<std::uint16_t, Port> &ports() const { return ports_; }
    std::uint64_t without_data() const { return without_data_; }

private:
    enum class Seen : std::uint8_t { nothing, empty, data };
    std::vector<Seen> seen_; // by stream
    std::map<std::uint16_t, Port> ports_;
    std::uint64_t without_data_ = 0;
};

} // namespace tlsdiag
