// Stores events in one buffer, each followed by its bytes, and passes them on to the capture.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/door/event_batch.hpp"

#include "core/base/no_throw.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace tlsdiag {

static_assert(std::is_trivially_copyable_v<tlsdiag_frame>);

Time time_of(std::int64_t seconds, std::int32_t nanoseconds)
{
    constexpr std::int64_t last = 7'000'000'000;
    return std::clamp<std::int64_t>(seconds, 0, last) * second + std::clamp<std::int64_t>(nanoseconds, 0, second - 1);
}

static Endpoint endpoint(const tlsdiag_address &address, std::uint16_t port)
{
    Endpoint end;
    end.address_length = std::min<std::uint8_t>(address.length, sizeof address.bytes);
    std::copy_n(address.bytes, end.address_length, end.address.begin());
    end.port = port;
    return end;
}

Frame frame_of(const tlsdiag_frame &frame)
{
    return {{frame.number, time_of(frame.seconds, frame.nanoseconds)},
            endpoint(frame.source, frame.source_port),
            endpoint(frame.destination, frame.destination_port),
            frame.hop_limit};
}

template <class T>
static T value_of(Bytes bytes)
{
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

template <class T>
static T take(Bytes &rest)
{
    const T value = value_of<T>(rest);
    rest = rest.subspan(sizeof value);
    return value;
}

// Stores an event completely or not at all: only the allocation may throw.
void EventBatch::keep(Event event, Bytes head, Bytes body)
{
    event.first = begun_;
    event.size = static_cast<std::uint32_t>(head.size() + body.size());
    const std::size_t needed = used_ + sizeof event + (begun_ ? sizeof frame_ : 0) + event.size;
    if (needed > kept_.size())
        kept_.resize(2 * needed);
    std::uint8_t *place = kept_.data() + used_;
    std::memcpy(place, &event, sizeof event);
    place += sizeof event;
    if (begun_) {
        std::memcpy(place, &frame_, sizeof frame_);
        place += sizeof frame_;
    }
    if (!head.empty())
        std::memcpy(place, head.data(), head.size());
    if (!body.empty())
        std::memcpy(place + head.size(), body.data(), body.size());
    begun_ = false;
    last_ = used_;
    used_ = needed;
}

void EventBatch::begin_frame(const tlsdiag_frame &frame)
{
    frame_ = frame;
    begun_ = true;
}

void EventBatch::tcp(std::uint32_t stream, Bytes header, Bytes payload, std::size_t length)
{
    const auto header_size = static_cast<std::uint32_t>(header.size());
    keep({.kind = Kind::tcp, .stream = stream, .header = header_size, .length = length}, header, payload);
}

void EventBatch::datagram(std::uint32_t stream, Bytes payload, std::size_t length)
{
    keep({.kind = Kind::datagram, .stream = stream, .length = length}, payload);
}

void EventBatch::radius(std::optional<std::uint32_t> stream, Bytes packet)
{
    keep({.kind = Kind::radius, .flag = !stream, .stream = stream.value_or(0)}, packet);
}

void EventBatch::eap(std::optional<std::uint32_t> stream, Bytes packet, std::size_t length)
{
    keep({.kind = Kind::eap, .flag = !stream, .stream = stream.value_or(0), .length = length}, packet);
}

void EventBatch::quic(std::uint32_t stream, Bytes packet)
{
    keep({.kind = Kind::quic, .stream = stream}, packet);
}

void EventBatch::openvpn(std::uint32_t stream, std::uint8_t type, Bytes numbered)
{
    keep({.kind = Kind::openvpn, .stream = stream, .length = type}, numbered);
}

void EventBatch::record(bool inner, Bytes record)
{
    constexpr std::size_t header = 5;
    const bool opaque = record.size() > header && ContentType{record[0]} == ContentType::application_data;
    keep({.kind = Kind::record, .flag = inner, .length = record.size()}, opaque ? record.first(header) : record);
}

void EventBatch::message(Bytes header, Bytes body)
{
    keep({.kind = Kind::message}, header, body);
}

void EventBatch::alert(Alert alert)
{
    keep({.kind = Kind::alert, .alert = alert});
}

void EventBatch::quic_close(std::uint64_t code, Bytes reason)
{
    constexpr std::size_t longest = 256; // only its beginning is shown
    keep({.kind = Kind::quic_close, .length = code}, reason.first(std::min(longest, reason.size())));
}

void EventBatch::icmp(bool v6, Bytes packet)
{
    keep({.kind = Kind::icmp, .flag = v6}, packet);
}

void EventBatch::end_frame()
{
    if (used_ == 0 || begun_) // handed on in the middle of the frame, or the frame is empty
        keep({.kind = Kind::nothing});
    auto event = value_of<Event>(Bytes{kept_}.subspan(last_));
    event.last = true;
    std::memcpy(kept_.data() + last_, &event, sizeof event);
}

// The contents of application data are never read, so they are replaced by zeros.
Bytes EventBatch::whole_record(const Event &event, Bytes kept)
{
    if (kept.size() == event.length)
        return kept;
    record_.resize(std::max<std::size_t>(record_.size(), event.length));
    std::ranges::copy(kept, record_.begin());
    return Bytes{record_}.first(event.length);
}

void EventBatch::hand(Capture &capture, const Event &event, Bytes bytes)
{
    switch (event.kind) {
    case Kind::tcp:
        return capture.tcp(event.stream, bytes.first(event.header), bytes.subspan(event.header), event.length);
    case Kind::datagram:
        return capture.datagram(event.stream, bytes, event.length);
    case Kind::radius:
        return capture.radius(event.flag ? std::nullopt : std::optional{event.stream}, bytes);
    case Kind::eap:
        return capture.eap(event.flag ? std::nullopt : std::optional{event.stream}, bytes, event.length);
    case Kind::quic:
        return capture.quic(event.stream, bytes);
    case Kind::openvpn:
        return capture.openvpn(event.stream, static_cast<std::uint8_t>(event.length), bytes);
    case Kind::record:
        return capture.carrier().record(event.flag, whole_record(event, bytes));
    case Kind::message:
        return capture.carrier().message(bytes);
    case Kind::alert:
        return capture.carrier().alert(event.alert);
    case Kind::quic_close:
        return capture.carrier().quic_close(event.length, bytes);
    case Kind::icmp:
        return capture.icmp(event.flag, bytes);
    case Kind::nothing:
        return;
    }
}

void EventBatch::hand_to(Capture &capture)
{
    for (Bytes rest = Bytes{kept_}.first(used_); !rest.empty();) {
        const auto event = take<Event>(rest);
        if (event.first)
            guarded([&] { capture.begin_frame(frame_of(take<tlsdiag_frame>(rest))); });
        guarded([&] { hand(capture, event, rest.first(event.size)); });
        rest = rest.subspan(event.size);
        if (event.last)
            guarded([&] { capture.end_frame(); });
    }
    used_ = 0;
}

} // namespace tlsdiag
