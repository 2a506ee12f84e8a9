// One capture under analysis: its flows, its conversations, and what to show in each frame.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/clock_gaps.hpp"
#include "core/capture/live_verdicts.hpp"
#include "core/diagnosis/conversation_metrics.hpp"
#include "core/diagnosis/verdict.hpp"
#include "core/door/tlsdiag.h"
#include "core/flows/flow_host.hpp"
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

// What a frame shows about one conversation: the findings attached to this frame and, if the outcome became known in
// it, the verdict.
struct Shown {
    Summary summary;
    bool verdict_here = false;
    std::optional<std::pair<std::uint32_t, std::uint32_t>>
        ca_list; // the number of CA names in this frame, and their bytes
};

class Capture final : public FlowHost {
public:
    // Limits of open conversations (beyond it, half of them are evicted) and of TCP streams without TLS.
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

    // ---- Results ----
    tlsdiag_shows_e shows(std::uint32_t frame) const
    {
        return frame < shows_.size() ? static_cast<tlsdiag_shows_e>(shows_[frame]) : TLSDIAG_SHOWS_NOTHING;
    }
    std::vector<Shown> shown(std::uint32_t frame) const;
    std::vector<std::uint32_t> conversations_of(std::uint32_t frame) const;
    std::uint32_t conversations() const { return static_cast<std::uint32_t>(tracked_.size()); }
    Summary summary(std::uint32_t conversation) const;             // as if the capture ended now
    void keep_metrics() { keeps_metrics_ = true; }                 // of conversations that have not ended
    void keep_ladders(Ladders::Keep kept) { ladders_.keep(kept); } // of conversations that start from now on
    Ladder ladder(const Summary &summary) const;                   // of that conversation
    PlainTraffic plain_traffic() const;
    std::vector<std::string> notes() const; // remarks about the settings, for the reports

    // The conversations whose outcome became known since the last call, by packets or by silence until `now`. Recording
    // starts with the first call.
    std::vector<std::uint32_t> newly_judged(Time now);

private:
    // A conversation while its packets arrive, and what is kept of it afterwards.
    struct Tracked {
        std::unique_ptr<HandshakeTracker> tracker; // null once it is retired
        std::unique_ptr<Verdict> verdict;          // once the outcome is known
        std::unique_ptr<Summary> summary;          // once it is retired
        std::uint32_t findings_shown = 0;
        bool closing = false;  // finished, and about to be retired
        bool gave_way = false; // retired before its outcome was known
    };

    static constexpr std::uint32_t not_followed = UINT32_MAX;

    // ---- For the flows ----
    const Frame &frame() const override { return frame_; }
    HandshakeTracker &start(const Carrier &carrier) override;
    void touch(HandshakeTracker &tracker, Side from) override;
    void adopt(const Moment &earlier, std::uint32_t conversation) override;

    void carried_by(TcpFlow *tcp, UdpFlow *udp, EapFlow *eap);
    UdpFlow *carried_by_udp(std::uint32_t stream);
    void settle(std::uint32_t number); // after a frame: checks whether the outcome is known now
    void let_go(TcpFlow &flow);        // stops following what has ended
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
    PlainTraffic plain_traffic_; // of forgotten streams; only if facts are kept
    Ladders ladders_;

    Frame frame_;
    ClockGaps clock_gaps_;
    bool in_frame_ = false;
    std::vector<std::uint32_t> touched_; // conversations of this frame

    std::vector<std::unique_ptr<TcpFlow>> tcp_; // by stream; null: not seen, or ended
    std::vector<std::uint32_t> tcp_ended_;      // by stream: the conversation that it carried, plus 1
    std::vector<std::uint32_t> plain_;          // streams that carried no TLS when they were last checked
    std::unordered_map<std::uint32_t, std::unique_ptr<UdpFlow>> udp_;
    std::unordered_map<std::uint32_t, std::uint32_t> udp_ended_; // by stream: the conversation that it carried
    std::map<Endpoint, std::unique_ptr<EapFlow>> eap_;           // by the client's address, or RADIUS's stream
    std::map<Endpoint, std::uint32_t> eap_ended_;
    TcpFlow *tcp_now_ = nullptr; // the carrier of the next records and messages
    UdpFlow *udp_now_ = nullptr;
    EapFlow *eap_now_ = nullptr;
    Side eap_from_ = Side::client;

    std::deque<Tracked> tracked_;
    std::vector<std::uint32_t> open_;                     // and some that were open
    std::deque<std::pair<std::uint32_t, Time>> finished_; // to be retired when their last packets have arrived
    std::map<std::pair<Endpoint, Endpoint>, std::uint32_t> udp_by_ends_; // client and server -> conversation

    std::vector<std::uint32_t> conversation_of_; // by frame: its first conversation, plus 1
    std::unordered_multimap<std::uint32_t, std::uint32_t> more_conversations_of_; // by frame
    std::vector<std::uint8_t> shows_;                                             // by frame
    std::unordered_multimap<std::uint32_t, std::uint32_t> shown_;                 // by frame
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<std::uint32_t, std::uint32_t>>
        ca_lists_;                                      // by frame and conversation: names and bytes
    std::unordered_map<std::uint32_t, Summary> at_end_; // by conversation: those that could be judged only at the end
    std::unordered_multimap<std::uint32_t, std::uint32_t> shown_at_end_; // by frame
    std::unique_ptr<LiveVerdicts> live_verdicts_;                        // from the first call of news()
    Time asked_at_ = 0;                                                  // the time of that call
};

} // namespace tlsdiag
