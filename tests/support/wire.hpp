// Hand-made packets, fed to a Capture as the plugin would: for tests of how conversations are tracked and judged.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/capture/capture.hpp"
#include "ladder/ladders.hpp"
#include "support/bytes.hpp"

#include <string>

namespace tlsdiag::wire {

namespace flag {
constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10;
}

constexpr Time start = 1'700'000'000 * second;

// A capture with one TCP stream (or UDP stream) in it; the client is 10.0.0.1:40000, the server 10.0.0.2:443.
class Wire {
public:
    explicit Wire(std::uint16_t server_port = 443) { ends_[Side::server].port = server_port; }

    Ladders ladders; // keep() before the packets
    Capture capture{Settings{.trust_store = "none", .size_table = "", .silence = 3 * second}, &ladders};

    Wire &hop_limit(Side from, std::uint8_t limit) // of its packets from now on
    {
        hop_limits_[from] = limit;
        return *this;
    }
    Wire &wait(double seconds)
    {
        clock_ += static_cast<Time>(seconds * 1e9);
        return *this;
    }

    Wire &open()
    {
        segment(Side::client, flag::syn);
        segment(Side::server, flag::syn | flag::ack);
        return segment(Side::client, flag::ack);
    }

    // One segment with these bytes, acknowledged by the other side.
    Wire &say(Side from, const Octets &payload, std::uint8_t flags = flag::ack)
    {
        segment(from, flags, payload);
        return segment(peer(from), flag::ack);
    }
    Wire &first(Side from, std::uint8_t flags, const Octets &payload) { return segment(from, flags, payload); }
    Wire &unacknowledged(Side from, const Octets &payload) { return segment(from, flag::ack, payload); }

    Wire &close(Side from) { return segment(from, flag::fin | flag::ack); }
    Wire &reset(Side from) { return segment(from, flag::rst | flag::ack); }

    Wire &again(Side from, const Octets &payload) // retransmits the last bytes of that side
    {
        next_[from] -= static_cast<std::uint32_t>(payload.size());
        return segment(from, flag::ack, payload);
    }
    Wire &skip(Side from, std::uint32_t bytes) // sent but not captured
    {
        next_[from] += bytes;
        return *this;
    }

    Wire &datagram(Side from, const Octets &payload)
    {
        begin(from);
        capture.datagram(0, payload, payload.size());
        capture.end_frame();
        return *this;
    }
    Wire &other_packet() // of another connection: only the clock advances
    {
        begin(Side::client);
        capture.end_frame();
        return *this;
    }
    // The dissector's output for a decrypted packet.
    Wire &decrypted(Side from, const Octets &record, const Octets &message)
    {
        begin(from);
        carry(from, flag::ack, record);
        capture.carrier().message(message);
        capture.end_frame();
        return *this;
    }

    // A packet with a record that only the dissector finds: in another protocol's payload, or inside TLS.
    Wire &inside(Side from, const Octets &payload, const Octets &record, bool inner = false)
    {
        begin(from);
        carry(from, flag::ack, payload);
        capture.carrier().record(inner, record);
        capture.end_frame();
        return *this;
    }

    std::uint32_t frame() const { return frame_; }
    Summary only() const { return capture.results().summary(0); }
    Ladder ladder(std::uint32_t number = 0) const // as the door makes it
    {
        const CaptureResults &known = capture.results();
        const Summary summary = known.summary(number);
        if (!known.is_open(number))
            return ladders.of(summary);
        return ladders.of(summary, known.end_of_open().tracker(number).conversation(),
                          known.end_of_open().until(number));
    }

private:
    void begin(Side from)
    {
        clock_ += second / 1000;
        capture.begin_frame({{++frame_, clock_}, ends_[from], ends_[peer(from)], hop_limits_[from]});
    }

    Wire &segment(Side from, std::uint8_t flags, const Octets &payload = {})
    {
        begin(from);
        carry(from, flags, payload);
        capture.end_frame();
        return *this;
    }

    void carry(Side from, std::uint8_t flags, const Octets &payload)
    {
        using namespace bytes;
        const Octets header = cat(u16(ends_[from].port), u16(ends_[peer(from)].port), u32(next_[from]),
                                  u32(next_[peer(from)]), u8(0x50), u8(flags), u16(8192), u16(0), u16(0));
        capture.tcp(0, header, payload, payload.size());
        const bool counts = flags & (flag::syn | flag::fin);
        next_[from] += static_cast<std::uint32_t>(payload.size() + (counts ? 1 : 0));
    }

    PerSide<Endpoint> ends_{{Endpoint{{10, 0, 0, 1}, 4, 40000}, Endpoint{{10, 0, 0, 2}, 4, 443}}};
    PerSide<std::uint32_t> next_{{1000, 5000}};
    PerSide<std::uint8_t> hop_limits_{};
    std::uint32_t frame_ = 0;
    Time clock_ = start;
};

// ---- Common messages ----

inline Octets handshake_record(const Octets &messages)
{
    return bytes::record(22, 0x0303, messages);
}
inline Octets hello12()
{
    return bytes::record(22, 0x0301, bytes::client_hello(bytes::tls12_client()));
}
inline Octets hello13()
{
    return bytes::record(22, 0x0301, bytes::client_hello(bytes::tls13_client()));
}
inline Octets answer12()
{
    return handshake_record(bytes::server_hello());
}
inline Octets answer13()
{
    return handshake_record(bytes::server_hello(bytes::tls13_server()));
}
inline Octets change_cipher_spec()
{
    return bytes::record(20, 0x0303, {1});
}
inline Octets encrypted(std::size_t size)
{
    return bytes::record(23, 0x0303, bytes::filled(size, 0x5a));
}
inline Octets finished12()
{
    return bytes::cat(change_cipher_spec(), handshake_record(bytes::filled(40, 0x5a)));
}
inline Octets alert_record(std::uint8_t description)
{
    return bytes::record(21, 0x0303, bytes::alert(2, description));
}
inline Octets server_flight12()
{
    return handshake_record(bytes::cat(bytes::server_hello(), bytes::server_hello_done()));
}
inline Octets client_flight12()
{
    return bytes::cat(handshake_record(bytes::client_key_exchange()), finished12());
}

// A server's flight of TLS 1.3 as OpenSSL sends it: EncryptedExtensions, Certificate, CertificateVerify, Finished
// (SHA-256).
inline Octets server_flight13()
{
    using namespace bytes;
    return cat(answer13(), change_cipher_spec(), encrypted(23), encrypted(1200), encrypted(281), encrypted(53));
}

} // namespace tlsdiag::wire
