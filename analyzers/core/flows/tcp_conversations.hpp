// The conversations that a TCP stream carries: a TLS connection and another one inside it, or one in which the server
// refused STARTTLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/flow_host.hpp"
#include "core/flows/tcp_direction.hpp"
#include "core/flows/tls_stream.hpp"
#include "core/net/tds.hpp"

#include <optional>
#include <vector>

namespace tlsdiag {

// What one side sent: bytes of the stream, or what the dissector decrypted.
struct TcpData {
    enum class Kind : std::uint8_t { bytes, message, alert };
    Kind kind = Kind::bytes;
    Bytes bytes;
    std::uint64_t missing = 0;               // bytes lost before it
    std::optional<std::uint32_t> sequence{}; // of its first byte
    std::optional<std::uint32_t> answers{};  // what its sender had received: its acknowledgment number
};

// Data that was not delivered when the capture ended.
struct LeftData {
    unsigned direction;
    TcpData::Kind kind;
    Octets bytes;
    std::uint64_t missing;
    TcpData data() const { return {kind, bytes, missing}; }
};

// The first bytes that a side sent in plain text, before the other side answered.
struct PlaintextTurn {
    unsigned direction;
    Seen<Octets> said;
};
using PlaintextTurns = std::vector<PlaintextTurn>;

class TcpConversations {
public:
    TcpConversations(FlowHost &host, std::uint32_t stream, const TcpSides &sides)
        : host_{host}, stream_{stream}, sides_{sides}
    {
    }

    bool has_tls() const { return tls_.has_value(); }
    // Of the TLS connection, else of the one in which the server refused STARTTLS.
    HandshakeTracker *tracker() { return tls_ ? &tls_->tracker() : refused_; }
    HandshakeTracker *handshake(); // of the TLS connection, until its outcome is known
    std::vector<HandshakeTracker *> all();
    bool outcome_known() { return tracker() && tracker()->outcome_known(); } // of that one
    Side side(unsigned d) const { return d == client_ ? Side::client : Side::server; }

    // The server refused STARTTLS, perhaps not for the first time.
    void refuse_starttls(unsigned client, const PlaintextTurns &turns);
    // `by_dissector`: the dissector finds the records, because another protocol's packets carry them. Returns the
    // client's direction, which is known already if the server has refused STARTTLS.
    unsigned start_tls(unsigned client, const PlaintextTurns &turns, bool midway, bool by_dissector);

    bool by_dissector() const { return by_dissector_; }
    void wrapped_in_tds() { tds_.emplace(); } // until the handshake ends

    void deliver(unsigned d, const TcpData &data);
    void report_missing(unsigned d, std::uint64_t bytes);
    void record(bool inner, Bytes record); // see TcpFlow
    void end_frame(bool data_waits);

    // A copy of the tracker that received the data which is left, and for which the capture ended at `now`.
    HandshakeTracker if_capture_ended(Time now, const std::vector<LeftData> &left);

private:
    HandshakeTracker &start(unsigned client, const PlaintextTurns &turns);
    void inner_record(Bytes record);
    void report_bytes();
    void report_outstanding(bool data_waits);
    using Unwrappers = std::optional<std::array<TdsUnwrapper, 2>>;
    void deliver_to(TlsStream &stream, Unwrappers &tds, unsigned d, const TcpData &data) const;
    void unwrap(TlsStream &stream, TdsUnwrapper &tds, unsigned d, const TcpData &data) const;

    FlowHost &host_;
    std::uint32_t stream_;
    const TcpSides &sides_;
    unsigned client_ = 0;                 // the direction of the client
    HandshakeTracker *refused_ = nullptr; // of the conversation in which the server refused STARTTLS
    std::optional<TlsStream> tls_, inner_;
    Unwrappers tds_; // by direction, if TDS packets carry TLS
    bool by_dissector_ = false;
    bool inner_last_ = false; // the last record was one of TLS in TLS
};

} // namespace tlsdiag
