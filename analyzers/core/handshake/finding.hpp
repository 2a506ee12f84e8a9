// What happens in a conversation (events), and what the analyzers find in it (findings).
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/moment.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tlsdiag {

struct Diagnosis;

// The events after which an analyzer runs.
enum class EventKind : std::uint32_t {
    nothing = 0,
    client_hello = 1 << 0,
    server_hello = 1 << 1, // also a HelloRetryRequest
    certificate = 1 << 2,
    certificate_request = 1 << 3,
    certificate_status = 1 << 4,
    server_key_exchange = 1 << 5,
    certificate_verify = 1 << 6,
    client_flight = 1 << 7, // it is known whether the client sent a certificate (TLS 1.3: perhaps by record sizes)
    alert = 1 << 8,         // any readable alert
    ended = 1 << 9,         // Conversation::ending is known: the handshake failed, was abandoned, or was refused late
    completed = 1 << 10,
    capture_end = 1 << 11, // no more packets of the conversation follow. After `ended`, if silence ended it.
    malformed = 1 << 12,
    quic_version_negotiation = 1 << 13,
    renegotiation_refused = 1 << 14, // Renegotiation::refused
    heartbeat = 1 << 15,             // Conversation::heartbeat
    eap_failure = 1 << 16,           // after the handshake
    plain_after_tls = 1 << 17,       // Conversation::plain_after
    reset_denied = 1 << 18,          // Conversation::reset_denied
};
constexpr EventKind operator|(EventKind a, EventKind b)
{
    return EventKind{static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b)};
}
constexpr bool operator&(EventKind a, EventKind b)
{
    return (static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b)) != 0;
}

struct Event {
    EventKind kind = EventKind::nothing;
    Side side = Side::client; // who sent the message, or who ended it
    Moment at;
};

enum class Certainty : std::uint8_t { proven, strong, guess }; // in descending order
enum class Party : std::uint8_t { client, server, network, capture };
constexpr Party party(Side side)
{
    return side == Side::client ? Party::client : Party::server;
}

std::string_view name(Certainty certainty);
std::string_view name(Party party);

// What a product logs for a finding, and which of its settings fixes the fault.
struct Hint {
    std::string_view product;
    Side side;                 // the side that writes this log
    std::string_view evidence; // why this side seems to use the product; empty: the user named it
    std::string log;           // empty: not known
    std::string_view fix;      // empty: there is nothing to change
    std::string_view source;
};

// What only some diagnoses tell about their findings, for the fields, the hints and the JSON.
struct SentAlert {
    std::uint8_t description = 0;
    std::optional<Side> by;
};
struct MissingIssuer { // the CA whose certificate a chain lacks
    std::string name;
    std::string url; // from which its certificate is available; empty: not known
};
using Attribute = std::variant<SentAlert, MissingIssuer>;

struct Finding {
    Party side = Party::server; // the party at fault, which must change something
    Certainty certainty = Certainty::proven;
    std::string detail;  // the measured value and the limit, in one or two sentences
    std::string because; // a clause for the verdict: "the server's certificate expired on ..."; no full stop
    std::vector<std::uint32_t> evidence; // frames; the core adds the event's frame
    std::string remedy;                  // only if it differs from the diagnosis's remedy
    std::vector<Attribute> attributes;   // at most one of each kind

    // Set by the core.
    const Diagnosis *diagnosis = nullptr;
    std::uint32_t frame = 0;
    std::vector<Hint> hints; // only when the finding is shown
};
using Findings = std::vector<Finding>;

// nullptr: the finding has no such attribute.
template <class T>
const T *attribute(const Finding &finding)
{
    for (const Attribute &one : finding.attributes)
        if (const T *wanted = std::get_if<T>(&one))
            return wanted;
    return nullptr;
}

} // namespace tlsdiag
