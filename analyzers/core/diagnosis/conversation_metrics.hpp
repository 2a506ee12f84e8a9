// What statistics and the inventory need beyond a conversation's summary. It is kept only if they are requested.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/handshake/conversation.hpp"
#include "core/handshake/plain_connection.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tlsdiag {

// Seconds; below 0: unknown.
struct Durations {
    double tcp = -1;   // SYN to SYN/ACK: the round trip from the capture point to the server
    double tls = -1;   // ClientHello to the last message of the handshake itself
    double total = -1; // SYN (without it, ClientHello) to the same message
    // Each party's part of `tls`: known if the TCP handshake shows the round trips to both sides and nothing was lost.
    double server = -1, client = -1, network = -1;
};

// Legacy features that are being disabled everywhere.
enum class Legacy : std::uint8_t { old_version, sha1, rsa_key_exchange };
constexpr std::size_t legacies = 3;
std::string_view name(Legacy legacy);  // "old_version"
std::string_view title(Legacy legacy); // "TLS 1.0 and TLS 1.1 (and older)"

struct ConversationMetrics {
    Durations durations;
    std::optional<Group> group;
    std::optional<std::uint32_t> dh_bits;
    bool offers_post_quantum = false; // the client
    bool hides_certificates = false;  // TLS 1.3 without the secrets
    PerSide<std::vector<const Certificate *>> chain;
    // The side because of which the connection depends on a feature: the client if it offers nothing else.
    std::array<std::optional<Side>, legacies> depends_on;
    PerSide<std::uint64_t> bytes; // of TLS
    bool hello_seen = false;      // the ClientHello was seen: tells a client without SNI from one whose SNI is unknown

    const Certificate *leaf(Side side) const { return chain[side].empty() ? nullptr : chain[side].front(); }
};
ConversationMetrics metrics_of(const Conversation &conversation);

bool is_post_quantum(Group group);

// All TCP connections without TLS, by the server's port.
class PlainTraffic {
public:
    struct Port {
        std::uint64_t connections = 0, bytes = 0;
        std::uint64_t under_way = 0;               // connections that started before the capture
        std::map<Endpoint, std::uint64_t> servers; // number of connections by address, for the first servers
        std::uint64_t to_others = 0;
    };
    static constexpr std::size_t max_servers = 32; // per port

    // A stream can be added in parts, if it was forgotten in between.
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
