// Events that were handed in and not looked at yet. Dissectors and analyzers each fill a processor's caches; taking
// turns at every packet they would empty each other's, and both would be half as fast: so many frames are kept, and
// analysed together when somebody asks or when there is no more room.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/capture.hpp"

namespace tlsdiag {

// From 1970 to 2191: so no difference of two overflows. (One with a certificate's times can: span_text().)
Time time_of(std::int64_t seconds, std::int32_t nanoseconds);
Frame frame_of(const tlsdiag_frame &frame);

class EventBatch {
public:
    void begin_frame(const tlsdiag_frame &frame);
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

    bool full() const { return used_ >= room; }

    // In the order in which they came. An event that fails costs only itself.
    void hand_to(Capture &capture);

private:
    enum class Kind : std::uint8_t { tcp, datagram, eap, quic, record, message, alert, quic_close, icmp, nothing };

    // What stands before an event's bytes.
    struct Event {
        Kind kind;
        bool flag = false;                // inner, v6, or that there is no stream
        bool first = false, last = false; // of its frame; the frame stands between the first one and its bytes
        Alert alert{};
        std::uint32_t stream = 0;
        std::uint32_t header = 0; // how many of the bytes are TCP's header
        std::uint32_t size = 0;   // of the bytes that follow
        std::uint64_t length = 0; // on the wire, or of the whole record; QUIC's code
    };

    static constexpr std::size_t room = 1024 * 1024; // measured: with 64 KB the whole is 4 % slower, with 8 MB 2 %

    void keep(Event event, Bytes head = {}, Bytes body = {});
    void hand(Capture &capture, const Event &event, Bytes bytes);
    Bytes whole_record(const Event &event, Bytes kept);

    tlsdiag_frame frame_{};
    bool begun_ = false; // this frame, and none of its events is kept
    Octets kept_;
    Octets record_;        // one of which only the header was kept
    std::size_t used_ = 0; // of them
    std::size_t last_ = 0; // where the last event stands
};

} // namespace tlsdiag
