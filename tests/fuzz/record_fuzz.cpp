// Fuzzes the transport. The first byte selects the target: segments of one text, cut, duplicated and in any order (the
// output must be that text or be reported as missing); segments with any sequence numbers; datagrams; EAP packets.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/flows/tcp_reassembly.hpp"
#include "core/net/eap.hpp"
#include "core/tls/dtls.hpp"

#include "support/events.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

using namespace tlsdiag;

static void require(bool condition)
{
    if (!condition)
        std::abort();
}

static void check(const std::vector<RecordEvent> &events, std::size_t available)
{
    std::size_t kept = 0;
    for (const RecordEvent &event : events) {
        if (const auto *message = std::get_if<HandshakeBytes>(&event))
            kept += message->body.size();
        if (const auto *bytes = std::get_if<NotTls>(&event))
            require(bytes->first.size() <= 64);
    }
    require(kept <= available);
}

// The events up to the first one after which the cuts matter.
static std::vector<std::string> beginning(const std::vector<RecordEvent> &events)
{
    std::vector<std::string> words = describe(events);
    const auto doubtful = [](const std::string &word) {
        return word.starts_with("not tls") || word.ends_with("sslv2");
    };
    words.erase(std::ranges::find_if(words, doubtful), words.end());
    return words;
}

// The output of a Stream for a known text.
struct Listener {
    Bytes text;
    TcpReassembly stream{};
    RecordReader reader{};
    Heard heard{};
    std::uint64_t position = 0, missing = 0;
    std::vector<bool> offered = std::vector<bool>(text.size());
    bool lossless = true; // everything offered must come out

    void take(const Delivery &delivery)
    {
        for (std::uint64_t i = position; lossless && i < position + delivery.missing; ++i)
            require(!offered.at(i));
        position += delivery.missing;
        missing += delivery.missing;
        require(position + delivery.bytes.size() <= text.size());
        require(std::equal(delivery.bytes.begin(), delivery.bytes.end(), text.data() + position));
        position += delivery.bytes.size();
        reader.feed(delivery.bytes, delivery.missing, std::ref(heard));
    }
};

static void shuffled_text(Reader input)
{
    const std::uint32_t base = input.u32();
    Reader plan{input.take(std::min<std::size_t>(input.u8() * std::size_t{4}, input.left()))};
    Listener listener{.text = input.rest()};
    const std::size_t size = listener.text.size();
    if (size == 0 || size > TcpReassembly::max_held / 2)
        return;
    listener.stream.syn(base - 1);
    while (plan.left() >= 4) {
        const std::uint16_t place = plan.u16();
        const std::uint8_t extent = plan.u8(), reason = plan.u8();
        const std::size_t from = place % size;
        const std::size_t length = std::min<std::size_t>(extent + 1u, size - from);
        const auto sequence = base + static_cast<std::uint32_t>(from);
        const std::size_t cut = reason < 16 ? std::min<std::size_t>(reason, length) : 0;
        if (reason >= 240) {
            listener.take(listener.stream.acknowledged(sequence));
            continue;
        }
        if (reason == 239)
            listener.stream.stop_keeping();
        listener.lossless = listener.lossless && cut == 0 && reason != 239;
        std::fill_n(listener.offered.begin() + static_cast<std::ptrdiff_t>(from), length, true);
        listener.take(listener.stream.segment(sequence, listener.text.subspan(from, length - cut), length));
    }
    while (listener.stream.waiting())
        listener.take(listener.stream.give_up());
    check(listener.heard.events, size);

    if (listener.missing == 0) {
        Heard at_once;
        RecordReader{}.feed(listener.text.first(listener.position), 0, std::ref(at_once));
        require(beginning(at_once.events) == beginning(listener.heard.events));
    }
}

static void any_segments(Reader input)
{
    const std::size_t available = input.left();
    TcpReassembly stream;
    RecordReader reader;
    Heard heard;
    while (!input.empty()) {
        const std::uint8_t action = input.u8();
        const std::uint32_t sequence = action & 0x80 ? input.u32() : stream.next().value_or(0) + input.u8();
        const Bytes bytes = input.take(std::min<std::size_t>(action & 0x1f, input.left()));
        Delivery delivery;
        switch (action >> 5 & 3) {
        case 0:
            delivery = stream.segment(sequence, bytes, bytes.size() + (action & 1u) * 100u);
            break;
        case 1:
            delivery = stream.acknowledged(sequence);
            break;
        case 2:
            stream.syn(sequence);
            break;
        default:
            if (action & 1)
                reader.tls13();
            else if (action & 2)
                reader.headers_only();
            else if (action & 4)
                stream.stop_keeping();
            else
                reader.encrypted_from_now();
        }
        reader.feed(delivery.bytes, delivery.missing, std::ref(heard));
        require(reader.mid_message() || reader.message_announced() == 0);
    }
    check(heard.events, available);
}

static void datagrams(Reader input)
{
    const std::size_t available = input.left();
    DtlsReader reader;
    Heard heard;
    while (!input.empty()) {
        const std::size_t cut = input.u8() % 16u;
        const Bytes payload = input.vector8().rest();
        reader.datagram(payload, payload.size() + cut, std::ref(heard));
        require(reader.mid_message() || reader.message_announced() == 0);
    }
    reader.give_up(std::ref(heard));
    require(!reader.mid_message());
    check(heard.events, available);
}

static void eap_packet(Reader input)
{
    const std::size_t length = input.u16();
    const Bytes packet = input.rest();
    if (const auto parsed = parse_eap(packet, length)) {
        require(parsed->tls.size() <= packet.size());
        require(parsed->tls.empty() || (parsed->carries_tls && !parsed->start));
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Reader input{Bytes{data, size}};
    switch (input.u8() % 4) {
    case 0:
        shuffled_text(input);
        break;
    case 1:
        any_segments(input);
        break;
    case 2:
        datagrams(input);
        break;
    default:
        eap_packet(input);
    }
    return 0;
}
