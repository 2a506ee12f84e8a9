// One capture under analysis: takes the packets of each frame, and passes them to the flows that carry TLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/capture_knowledge.hpp"
#include "core/capture/capture_results.hpp"
#include "core/capture/carriers.hpp"
#include "core/capture/conversations.hpp"
#include "core/capture/eviction.hpp"
#include "core/flows/carrier.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tlsdiag {

class Capture {
public:
    // `observer` may be nullptr; otherwise it outlives the capture.
    explicit Capture(const Settings &settings, ConversationObserver *observer = nullptr);
    Capture(const Capture &) = delete;
    Capture &operator=(const Capture &) = delete;

    // ---- Events, as tlsdiag.h describes them ----
    void begin_frame(const Frame &frame);
    void tcp(std::uint32_t stream, Bytes header, Bytes payload, std::size_t length);
    void datagram(std::uint32_t stream, Bytes payload, std::size_t length);
    void radius(std::optional<std::uint32_t> stream, Bytes packet);
    void eap(std::optional<std::uint32_t> stream, Bytes packet, std::size_t length);
    void quic(std::uint32_t stream, Bytes packet);
    void openvpn(std::uint32_t stream, std::uint8_t type, Bytes numbered);
    void icmp(bool v6, Bytes packet);
    Carrier &carrier() { return *carrier_; } // of the last packet: it takes the records, messages and alerts in it
    void end_frame();
    void end() { results_.attach_end(); }

    // ---- Results ----
    const CaptureResults &results() const { return results_; }
    void keep_metrics(); // of conversations that have not ended

    // The conversations whose outcome became known since the last call, by packets or by silence until `now`. Recording
    // starts with the first call.
    std::vector<std::uint32_t> newly_judged(Time now);

private:
    void carried_by(Carrier &carrier);
    UdpFlow *carried_by_udp(std::uint32_t stream);
    EapFlow *eap_flow(std::uint32_t session, std::optional<std::uint32_t> stream);
    void unreachable(const Endpoint &sender, const Endpoint &receiver, std::uint16_t icmp);

    CaptureKnowledge knowledge_;
    FrameClock clock_;
    FrameIndex frames_;
    Conversations conversations_;
    Carriers carriers_;
    Eviction eviction_;
    CaptureResults results_;

    bool in_frame_ = false;
    NoCarrier nobody_;
    Carrier *carrier_ = &nobody_;
    TcpFlow *tcp_now_ = nullptr;           // the carrier, if that is TCP
    std::optional<EapSession> radius_now_; // of the RADIUS packet in this frame
};

} // namespace tlsdiag
