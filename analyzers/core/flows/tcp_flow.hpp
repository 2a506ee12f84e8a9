// One TCP stream: which segments arrived, how the connection opened and closed, and the TLS in its data.
//
// The way of the data: TcpFlow::segment -> TcpReassembly (order of sequence numbers) -> TcpAckOrder (what came before
// its answer) -> TcpTlsStart (plain text until TLS starts) -> TcpConversations -> TlsStream -> HandshakeTracker.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/flows/carrier.hpp"
#include "core/flows/tcp_ack_order.hpp"
#include "core/flows/tcp_conversations.hpp"
#include "core/flows/tcp_tls_start.hpp"
#include "core/handshake/plain_connection.hpp"

#include <optional>
#include <vector>

namespace tlsdiag {

class TcpFlow final : public Carrier {
public:
    TcpFlow(FlowHost &host, std::uint32_t stream) : host_{host}, stream_{stream} {}
    TcpFlow(const TcpFlow &) = delete;
    TcpFlow &operator=(const TcpFlow &) = delete;

    void segment(Bytes header, Bytes payload, std::size_t length);

    // What the dissector shows in the same packet. The flow reads the payload itself, so it ignores:
    // - outer records, unless the dissector found the ClientHello first: TLS inside another protocol's packets (TDS);
    // - messages and alerts in clear. The others belong to the last record, inner or outer.
    void record(bool inner, Bytes record) override;
    void message(Bytes message) override;
    void alert(Alert alert) override;
    // Whether outer records can matter, apart from separating inner ones. Once they do not, they never will.
    bool wants_records() const { return !conversations_.has_tls() || conversations_.by_dissector(); }

    void end_frame() override;

    // Both sides have closed, and both FINs are acknowledged: no more data follows.
    bool closed() const { return sides_.closed(); }
    bool given_up() const { return tls_start_.given_up(); } // there is no TLS in it
    bool carried_tls() const { return conversations_.has_tls(); }
    PlainConnection as_plain() const;
    HandshakeTracker *tracker() { return conversations_.tracker(); }
    std::vector<HandshakeTracker *> trackers() { return conversations_.all(); } // of all conversations that it carried
    std::uint32_t stream() const { return stream_; }

    // Data that was captured before the data that it answers waits for that. This delivers it as it is.
    void stop_waiting() { order_.stop_waiting(); }
    // A copy of one of its trackers, for which the capture ended at `now`.
    HandshakeTracker if_capture_ended(const HandshakeTracker &one, Time now);

private:
    struct Header;

    // A short segment of which the bytes can be Ethernet's padding.
    struct Padding {
        unsigned direction;
        std::uint32_t sequence, answers;
        Octets bytes;
        std::size_t length;
    };

    unsigned direction_of(const Header &header);
    bool may_be_padding(const Header &header, std::size_t header_size, std::size_t length) const;
    void padded_segment(const Header &header, Bytes bytes, Bytes payload, std::size_t length);
    void judge_padding(const Header &header);
    void deny_reset(std::uint32_t end);
    bool is_of_hello(unsigned d, std::uint32_t sequence);
    bool fast_path(const Header &header, Bytes payload, std::size_t length);
    bool is_copy(Bytes header, std::size_t length);
    void open(const Header &header);
    void report_opening();
    void begin_as_acknowledged(std::uint32_t acknowledged);
    void acknowledge(const Header &header, std::size_t length);
    void report_acknowledged(const Header &header);
    void send(std::uint32_t sequence, Bytes payload, std::size_t length);
    void report_sent(std::uint32_t sequence, std::size_t length, bool again);
    void close(const Header &header, std::size_t length);

    FlowHost &host_;
    std::uint32_t stream_;
    TcpSides sides_;
    std::optional<Padding> padding_; // the last one, until it is known what it is
    TcpConversations conversations_{host_, stream_, sides_};
    TcpTlsStart tls_start_{host_, sides_, conversations_};
    TcpAckOrder order_{sides_, conversations_, tls_start_};
};

} // namespace tlsdiag
