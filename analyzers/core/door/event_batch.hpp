// A buffer of events that have not been analyzed yet. Dissectors and analyzers each fill the processor's caches; if
// they alternated at every packet, both would run at half the speed. So events are stored and analyzed together when
// the buffer is full or somebody is about to ask for results.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/capture.hpp"
#include "core/door/tlsdiag.h"

namespace tlsdiag {

// Limited to the years 1970 to 2191, so that the difference of two results does not overflow. (The difference from a
// certificate's times can overflow: see span_text().)
Time time_of(std::int64_t seconds, std::int32_t nanoseconds);
Frame frame_of(const tlsdiag_frame &frame);

class EventBatch {
public:
    void begin_frame(const tlsdiag_frame &frame);
    void tcp(std::uint32_t stream, Bytes header, Bytes payload, std::size_t length);
    void datagram(std::uint32_t stream, Bytes payload, std::size_t length);
    void radius(std::optional<std::uint32_t> stream, Bytes packet);
    void eap(std::optional<std::uint32_t> stream, Bytes packet, std::size_t length);
    void quic(std::uint32_t stream, Bytes packet);
    void openvpn(std::uint32_t stream, std::uint8_t type, Bytes numbered);
    void record(bool inner, Bytes record);
    void message(Bytes header, Bytes body = {}); // the message is one after the other
    void alert(Alert alert);
    void quic_close(std::uint64_t code, Bytes reason);
    void icmp(bool v6, Bytes packet);
    void end_frame();

    bool full() const { return used_ >= room; }

    // Passes all events to the capture, in their order. A failing event does not affect the others.
    void hand_to(Capture &capture);

private:
    enum class Kind : std::uint8_t {
        tcp,
        datagram,
        radius,
        eap,
        quic,
        openvpn,
        record,
        message,
        alert,
        quic_close,
        icmp,
        nothing
    };

    // The header in front of an event's bytes.
    struct Event {
        Kind kind;
        bool flag = false;                // inner, v6, or no stream
        bool first = false, last = false; // of its frame; the first event is followed by the frame, then by its bytes
        Alert alert{};
        std::uint32_t stream = 0;
        std::uint32_t header = 0; // number of bytes that are the TCP header
        std::uint32_t size = 0;   // of the bytes that follow
        std::uint64_t length = 0; // on the wire, or of the whole record; QUIC's code
    };

    static constexpr std::size_t room = 1024 * 1024; // measured: with 64 KB everything is 4 % slower, with 8 MB 2 %

    void keep(Event event, Bytes head = {}, Bytes body = {});
    void hand(Capture &capture, const Event &event, Bytes bytes);
    Bytes whole_record(const Event &event, Bytes kept);

    tlsdiag_frame frame_{};
    bool begun_ = false; // the frame has begun, and none of its events is stored yet
    Octets kept_;
    Octets record_;        // a whole record, of which only the header was stored
    std::size_t used_ = 0; // bytes of kept_
    std::size_t last_ = 0; // position of the last event
};

} // namespace tlsdiag
