// One capture under analysis: who carries what, the conversations, and what is to be shown in each frame.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/clock_gaps.hpp"
#include "core/capture/live_verdicts.hpp"
#include "core/diagnosis/conversation_metrics.hpp"
#include "core/diagnosis/verdict.hpp"
#include "core/door/tlsdiag.h"
#include "core/handshake/handshake_tracker.hpp"
#include "ladder/ladders.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tlsdiag {

class TcpFlow;
class UdpFlow;
class EapFlow;

struct Settings {
    std::string trust_store = "system";
    std::string size_table; // empty: the built-in one
    Time silence = 3 * second;
};

// The packet at hand.
struct Frame {
    Moment moment;
    Endpoint source, destination;
    bool source_port_is_higher() const { return source.port >= destination.port; }
};

// What a frame shows of one conversation: the findings with this frame and, where the outcome became known in it, the
// verdict.
struct Shown {
    Summary summary;
    bool verdict_here = false;
    std::optional<std::pair<std::uint32_t, std::uint32_t>>
        ca_list; // how many names this frame brought, and their bytes
};

class Capture {
public:
    // Of open conversations, past which half of them give way; and of TCP streams without TLS.
    static constexpr std::size_t max_open = 16'384;
    static constexpr std::size_t max_plain = 65'536;

    explicit Capture(const Settings &settings);
    ~Capture();
    Capture(const Capture &) = delete;
    Capture &operator=(const Capture &) = delete;

    // ---- Events, as tlsdiag.h describes them ----
    void begin_frame(const Frame &frame);
    void tcp(std::uint32_t stream, Bytes header, Bytes payload, std::size_t length);
    void datagram(std::uint32_t stream, Bytes payload, std::size_t length);
    void eap(std::optional<std::uint32_t> stream, Bytes packet, std::size_t length);
    void quic(std::uint32_t stream, Bytes packet);
    void record(bool inner, Bytes record);
    void message(Bytes message);
    void alert(Alert alert);
    void quic_close(std::uint64_t code);
    void icmp(bool v6, Bytes packet);
    void end_frame();
    void end();

    // ---- For the flows ----
    const Frame &frame() const { return frame_; }
    HandshakeTracker &start(Transport transport, std::optional<std::uint32_t> stream, const Endpoint &client,
                            const Endpoint &server, bool inner = false);
    void touch(HandshakeTracker &tracker, Side from);              // this frame belongs to it
    void adopt(const Moment &earlier, std::uint32_t conversation); // so does that one, as shows only now

    // ---- What is known ----
    tlsdiag_shows_e shows(std::uint32_t frame) const
    {
        return frame < shows_.size() ? static_cast<tlsdiag_shows_e>(shows_[frame]) : TLSDIAG_SHOWS_NOTHING;
    }
    std::vector<Shown> shown(std::uint32_t frame) const;
    std::vector<std::uint32_t> conversations_of(std::uint32_t frame) const;
    std::uint32_t conversations() const { return static_cast<std::uint32_t>(tracked_.size()); }
    Summary summary(std::uint32_t conversation) const;             // as if the capture ended now
    void keep_metrics() { keeps_metrics_ = true; }                 // of conversations that are not over
    void keep_ladders(Ladders::Keep kept) { ladders_.keep(kept); } // of those that begin from now on
    Ladder ladder(const Summary &summary) const;                   // of that conversation
    PlainTraffic plain_traffic() const;
    std::vector<std::string> notes() const; // what is to be said once about the settings

    // Whose outcome became known since the last call: by packets, or by silence until now. What nobody asks for is not
    // kept: the first call begins.
    std::vector<std::uint32_t> newly_judged(Time now);

private:
    // A conversation while its packets come, and what is kept of it afterwards.
    struct Tracked {
        std::unique_ptr<HandshakeTracker> tracker; // null once it is retired
        std::unique_ptr<Verdict> verdict;          // once the outcome is known
        std::unique_ptr<Summary> summary;          // once it is retired
        std::uint32_t findings_shown = 0;
        bool closing = false;  // finished, and soon to be retired
        bool gave_way = false; // retired before its outcome was known
    };

    static constexpr std::uint32_t not_followed = UINT32_MAX;

    void carried_by(TcpFlow *tcp, UdpFlow *udp, EapFlow *eap);
    UdpFlow *carried_by_udp(std::uint32_t stream);
    void settle(std::uint32_t number); // after a frame: is the outcome known now?
    void let_go(TcpFlow &flow);        // of what is over
    void retire(std::uint32_t number); // forgets its packets
    void retire_finished();
    void keep_summary(std::uint32_t number);
    void close_carrier(const Conversation &conversation);
    void forget_plain(std::uint32_t stream);
    void forget_plain_flows();
    void make_room();
    void give_way(std::uint32_t number);
    void came_late(std::uint32_t number, bool newly_judged); // a packet of a conversation that is retired
    void judge_now(Tracked &one, bool at_end);
    void watch(std::uint32_t number); // for the news
    void look_at(LiveVerdicts::Quiet quiet);
    Time watched_until(const Tracked &one, Time now) const;
    HandshakeTracker ended_now(const Tracked &one) const;
    Summary as_if_ended(const Tracked &one) const;
    Summary sum_up(const Conversation &conversation, Verdict verdict) const;
    Summary so_far(std::uint32_t number) const;
    void belongs(std::uint32_t conversation); // the frame at hand
    void note_frame(std::uint32_t frame, std::uint32_t conversation);
    void show(std::uint32_t frame, std::uint32_t conversation, tlsdiag_shows_e what);
    void mark(std::uint32_t frame, tlsdiag_shows_e what);

    CaptureHistory history_;
    CertificateCache certificates_;
    TrustStore trust_;
    ReceiverLimits receiver_limits_;
    std::vector<std::string> notes_;
    bool keeps_metrics_ = false;
    PlainTraffic plain_traffic_; // of what is forgotten; where facts are kept
    Ladders ladders_;

    Frame frame_;
    ClockGaps clock_gaps_;
    bool in_frame_ = false;
    std::vector<std::uint32_t> touched_; // conversations of this frame

    std::vector<std::unique_ptr<TcpFlow>> tcp_; // by stream; null: not seen, or over
    std::vector<std::uint32_t> tcp_ended_;      // by stream: the conversation that was on it, plus 1
    std::vector<std::uint32_t> plain_;          // streams on which there was no TLS when they were last looked at
    std::unordered_map<std::uint32_t, std::unique_ptr<UdpFlow>> udp_;
    std::unordered_map<std::uint32_t, std::uint32_t> udp_ended_; // by stream: the conversation that was on it
    std::map<Endpoint, std::unique_ptr<EapFlow>> eap_;           // by the client's address, or RADIUS's stream
    std::map<Endpoint, std::uint32_t> eap_ended_;
    TcpFlow *tcp_now_ = nullptr; // what carries the records and messages that follow
    UdpFlow *udp_now_ = nullptr;
    EapFlow *eap_now_ = nullptr;
    Side eap_from_ = Side::client;

    std::deque<Tracked> tracked_;
    std::vector<std::uint32_t> open_;                     // and some that were
    std::deque<std::pair<std::uint32_t, Time>> finished_; // to be retired when their last packets have come
    std::map<std::pair<Endpoint, Endpoint>, std::uint32_t> udp_by_ends_; // client and server -> conversation

    std::vector<std::uint32_t> conversation_of_; // by frame: its first conversation, plus 1
    std::unordered_multimap<std::uint32_t, std::uint32_t> more_conversations_of_; // by frame
    std::vector<std::uint8_t> shows_;                                             // by frame
    std::unordered_multimap<std::uint32_t, std::uint32_t> shown_;                 // by frame
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<std::uint32_t, std::uint32_t>>
        ca_lists_;                                      // by frame and conversation: names and bytes
    std::unordered_map<std::uint32_t, Summary> at_end_; // by conversation: those that only the end could judge
    std::unordered_multimap<std::uint32_t, std::uint32_t> shown_at_end_; // by frame
    std::unique_ptr<LiveVerdicts> live_verdicts_;                        // once somebody asked
    Time asked_at_ = 0;                                                  // for it
};

} // namespace tlsdiag
