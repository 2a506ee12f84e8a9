// One TCP stream: finds where TLS starts in it, and passes on what it carries.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/conversation_metrics.hpp"
#include "core/flows/flow_host.hpp"
#include "core/flows/tcp_reassembly.hpp"
#include "core/flows/tls_stream.hpp"

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace tlsdiag {

class TcpFlow {
public:
    TcpFlow(FlowHost &capture, std::uint32_t stream) : capture_{capture}, stream_{stream} {}

    void segment(Bytes header, Bytes payload, std::size_t length);
    void record(bool inner, Bytes record);
    void message(Bytes message);
    void alert(Alert alert);
    void end_frame();

    // ICMP: a packet from `sender` was not delivered; `icmp` is type << 8 | code.
    void unreachable(const Endpoint &sender, std::uint16_t icmp);

    // Both sides have closed, and both FINs are acknowledged: no more data follows.
    bool over() const { return directions_[0].fin_acknowledged() && directions_[1].fin_acknowledged(); }
    bool carried_tls() const { return tls_.has_value(); }
    PlainConnection as_plain() const;
    HandshakeTracker *tracker() { return tls_ ? &tls_->tracker() : refused_; }
    std::vector<HandshakeTracker *> trackers(); // of all conversations that it carried
    bool given_up() const { return given_up_; }

    // Data that was captured before the data that it answers waits for that. stop_waiting() reads it as it is.
    bool holds_early() const { return !directions_[0].early.empty() || !directions_[1].early.empty(); }
    void stop_waiting();
    HandshakeTracker ended_now(Time now); // a copy of the tracker that was finished at `now`
    std::uint32_t stream() const { return stream_; }

    static constexpr std::size_t max_plaintext = 256 * 1024; // bytes that are searched for the start of TLS
    static constexpr std::size_t max_turns = 8;
    static constexpr std::size_t max_turn = 128;
    static constexpr std::size_t max_early = 64 * 1024; // bytes, per direction
    static constexpr std::size_t max_marks = 64;

private:
    // Data that was captured before the data that it answers.
    struct Early {
        enum class Kind : std::uint8_t { bytes, message, alert };
        Kind kind;
        std::uint32_t sequence; // where it starts
        std::uint32_t answers;  // up to this sequence number of the other side
        Octets bytes;
        std::uint64_t missing = 0; // bytes missing before it
    };
    struct Direction {
        TcpReassembly stream;
        Endpoint end; // the sender
        bool seen = false;
        bool sent_syn = false;                    // sent the first SYN
        Octets pending;                           // too few bytes to recognize them
        std::uint64_t before_tls = 0;             // bytes before TLS, including those missing from the capture
        std::optional<std::uint32_t> given_up_to; // bytes before this sequence number are no longer awaited
        std::vector<Early> early;
        std::vector<std::pair<std::uint32_t, std::uint32_t>>
            marks; // segments after a gap: start, acknowledgment number
        std::size_t early_bytes = 0;
        unsigned early_calls = 0;         // calls since it started to wait
        std::optional<std::uint32_t> fin; // its sequence number
        bool fin_told = false;
        Octets last_header; // of the last segment with payload
        std::size_t last_length = 0;
        Time last_time = 0;
        std::uint32_t acknowledged = 0;  // by the other side
        bool sent_again = false;         // its last data was retransmitted
        std::uint32_t largest_taken = 0; // the MSS from its SYN, in bytes; 0: unknown
        bool owes_fin() const { return fin && !fin_told; }
        bool fin_acknowledged() const { return fin && acknowledged == *fin + 1; }
        std::uint64_t unacknowledged() const
        {
            const auto ahead = static_cast<std::int32_t>(stream.next().value_or(acknowledged) - acknowledged);
            return ahead > 0 ? static_cast<std::uint64_t>(ahead) : 0;
        }
        bool lacks_acknowledged() const // the other side received more than the capture contains
        {
            return stream.acknowledged_unseen() > (fin ? 1 : 0);
        }
        std::uint32_t missing_before(std::uint32_t sequence) const // bytes missing from the capture
        {
            const std::uint32_t behind = fin && sequence == *fin + 1 ? *fin : sequence; // a FIN is not a byte
            const auto ahead = static_cast<std::int32_t>(behind - stream.next().value_or(behind));
            return ahead > 0 && ahead < TcpReassembly::max_jump ? static_cast<std::uint32_t>(ahead) : 0;
        }
        bool tail_open() const { return stream.started() && stream.next() != acknowledged && !fin && !sent_again; }
    };

    unsigned direction_of(const Endpoint &source, const Endpoint &destination);
    bool fast_path(std::uint32_t sequence, std::uint32_t acknowledged, Bytes payload, std::size_t length);
    std::uint32_t come_to(unsigned d) const;
    bool is_early(unsigned d, std::uint32_t answers);
    void deliver_part(unsigned d, std::uint32_t begin, Bytes bytes, std::uint64_t missing);
    void deliver_run(unsigned d, Bytes bytes, std::uint64_t missing);
    bool is_copy(Bytes header, std::size_t length);
    std::optional<std::uint32_t> answers_at(unsigned d, std::uint32_t sequence) const;
    void hold_early(unsigned d, Early &&one);
    void release_due(bool all);
    void release_early(unsigned d);
    void settle_order();
    bool fin_is_next(unsigned d) const;
    void note_unseen_fin(unsigned d);
    void tell_fin(unsigned d);
    bool holds_now() const { return !directions_[now_].early.empty(); }
    void hold_dissected(Early::Kind kind, Bytes bytes);
    static void show_dissected(TlsStream &stream, Side side, const Early &one);
    void note_missing(unsigned d, std::uint64_t bytes);
    void begin_as_acknowledged(std::uint32_t acknowledged);
    void opening(std::uint8_t flags, std::uint32_t sequence, Bytes options);
    void note_opening();
    void count_bytes();
    void closing(std::uint8_t flags, std::uint32_t fin);
    void deliver(unsigned d, const Delivery &delivery);
    void hand_on(unsigned d, Bytes bytes, std::uint64_t missing);
    void plaintext(unsigned d, Bytes bytes);
    bool opening_seen() const;
    void remember_turn(unsigned d, Bytes bytes);
    void note_starttls(unsigned d);
    std::vector<Seen<Octets>> turns_said() const;
    void note_acknowledged(std::uint32_t acknowledged, Bytes options);
    void note_sent(std::uint32_t sequence, std::size_t length, bool again);
    void drain(unsigned d);
    void note_unseen(unsigned d);
    HandshakeTracker &start(unsigned client);
    void begin(unsigned client, bool midway);
    bool server_spoke_too_early(unsigned client) const;
    void begin_midway(unsigned d, Bytes bytes);
    void begin_after_plaintext(unsigned client, const Seen<Octets> &said);
    bool plaintext_to_tls_port(unsigned closer) const;
    Side side(unsigned d) const { return d == client_ ? Side::client : Side::server; }
    TlsStream *current() { return inner_last_ && inner_ ? &*inner_ : tls_ ? &*tls_ : nullptr; }

    FlowHost &capture_;
    std::uint32_t stream_;
    std::array<Direction, 2> directions_;
    unsigned now_ = 0;                                     // the direction of the current packet
    std::optional<std::uint32_t> answers_;                 // its acknowledgment number
    unsigned client_ = 0;                                  // the direction of the client, once there is TLS
    std::vector<std::pair<unsigned, Seen<Octets>>> turns_; // who sent what before TLS
    std::size_t plaintext_bytes_ = 0;
    std::uint32_t plaintext_gap_ = 0; // the frame in which part of it was given up
    std::optional<TlsStream> tls_, inner_;
    HandshakeTracker *refused_ = nullptr; // of a conversation in which the server refused STARTTLS
    bool by_dissector_ = false;           // the dissector finds the records: TLS inside another protocol's packets
    bool inner_last_ = false;             // the last record was one of TLS in TLS
    bool given_up_ = false;
    bool cut_short_ = false;     // the current packet was truncated when captured
    Moment syn_, syn_ack_, ack_; // see Conversation
};

} // namespace tlsdiag
