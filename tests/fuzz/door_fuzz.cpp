// Fuzzes the C interface with any events in any order: it must neither crash nor hang, and must return what it
// promises.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/door/tlsdiag.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

namespace {

using Bytes = std::span<const std::uint8_t>;

class Input {
public:
    explicit Input(Bytes bytes) : rest_{bytes} {}

    bool empty() const { return rest_.empty(); }

    std::uint8_t byte()
    {
        const Bytes taken = take(1);
        return taken.empty() ? std::uint8_t{0} : taken[0];
    }

    Bytes bytes()
    {
        const std::size_t high = byte();
        return take(high << 8 | byte());
    }

private:
    Bytes take(std::size_t size)
    {
        const Bytes taken = rest_.first(std::min(size, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

    Bytes rest_;
};

// Sequence numbers follow from the payloads; otherwise nothing would ever be reassembled.
struct Connection {
    std::array<std::uint32_t, 2> next{1000, 5000};

    std::array<std::uint8_t, 20> header(bool from_client, std::uint8_t flags, std::size_t length)
    {
        const std::uint16_t client = 40000, server = 443;
        std::array<std::uint8_t, 20> result{};
        const auto put = [&result](std::size_t at, std::uint32_t value, int size) {
            for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
                result[at++] = static_cast<std::uint8_t>(value >> shift);
        };
        put(0, from_client ? client : server, 2);
        put(2, from_client ? server : client, 2);
        put(4, next[from_client], 4);
        put(8, next[!from_client], 4);
        result[12] = 5 << 4;
        result[13] = flags;
        next[from_client] += static_cast<std::uint32_t>(length) + (flags & 0x03 ? 1 : 0);
        return result;
    }
};

// Two of each kind of carrier. Bits of the event's second byte: 0x20 selects one of the two, 0x40 marks a payload that
// is longer than captured, 0x80 marks a packet from the client.
struct Peers {
    std::array<Connection, 2> tcp;
};

void feed_event(tlsdiag_capture *capture, Input &input, Peers &peers)
{
    const std::uint8_t kind = input.byte(), detail = input.byte();
    const Bytes bytes = input.bytes();
    const std::size_t length = bytes.size() + (detail & 0x40 ? 7 : 0);
    const std::uint32_t which = detail & 0x20 ? 1 : 0;
    switch (kind % 10) {
    case 0:
        tlsdiag_datagram(capture, which, bytes.data(), bytes.size(), length);
        break;
    case 1:
        tlsdiag_eap(capture, which ? 7 : TLSDIAG_NO_STREAM, bytes.data(), bytes.size(), length);
        break;
    case 2:
        tlsdiag_quic(capture, 2 + which, bytes.data(), bytes.size(), length);
        break;
    case 3:
        tlsdiag_records(capture, detail & 1, bytes.data(), bytes.size());
        break;
    case 4:
        (detail & 1 ? tlsdiag_dtls_message : tlsdiag_message)(capture, bytes.data(), bytes.size());
        break;
    case 5: {
        const std::uint8_t alert[] = {static_cast<std::uint8_t>(detail & 1 ? 2 : 1), kind};
        tlsdiag_alert(capture, alert, sizeof alert);
        break;
    }
    case 6:
        tlsdiag_icmp(capture, detail & 1, bytes.data(), bytes.size());
        break;
    case 7: {
        const std::uint8_t code[] = {0x41, kind}; // 0x0100 + kind
        tlsdiag_quic_close(capture, code, sizeof code);
        break;
    }
    default: {
        const auto header = peers.tcp[which].header(detail & 0x80, detail & 0x17, length);
        tlsdiag_tcp(capture, which, header.data(), header.size(), bytes.data(), bytes.size(), length);
    }
    }
}

// A frame's first byte: the low bits are the seconds since the last frame; 0x80 means that the client sends it, 0x40
// that the frame is analysed at once.
void set_frame(tlsdiag_frame &frame, std::uint8_t reason)
{
    const tlsdiag_address client{4, {10, 0, 0, 1}}, server{4, {10, 0, 0, 2}};
    const bool from_client = reason & 0x80;
    frame.seconds += reason & 3;
    frame.source = from_client ? client : server;
    frame.destination = from_client ? server : client;
    frame.source_port = from_client ? 40000 : 443;
    frame.destination_port = from_client ? 443 : 40000;
}

void check_text(const char *text)
{
    if (!text)
        std::abort();
    for (; *text; ++text)
        if (static_cast<unsigned char>(*text) < 0x20 && *text != '\n')
            std::abort();
}

void read_results(tlsdiag_capture *capture, std::uint32_t frames)
{
    for (std::uint32_t frame = 1; frame <= frames; ++frame) {
        const tlsdiag_result *results = nullptr;
        const std::size_t count = tlsdiag_results(capture, frame, &results);
        for (const auto &result : std::span{results, count})
            for (const auto &finding : std::span{result.findings, result.finding_count})
                check_text(finding.detail);
    }
    for (std::uint32_t i = 0; i < tlsdiag_conversations(capture); ++i)
        check_text(tlsdiag_json(capture, i));
    const std::int64_t now = 10 * static_cast<std::int64_t>(frames);
    const std::uint32_t *newly_judged = nullptr;
    tlsdiag_newly_judged(capture, now, 0, &newly_judged);
}

void draw(tlsdiag_capture *capture)
{
    for (std::uint32_t i = 0; i < tlsdiag_conversations(capture); ++i) {
        check_text(tlsdiag_line(capture, i));
        check_text(tlsdiag_json_ladder(capture, i));
        const tlsdiag_text_style style{60 + i, i % 2 == 0, false};
        check_text(tlsdiag_ladder(capture, i, &style));
        check_text(tlsdiag_svg(capture, i));
    }
    check_text(tlsdiag_report(capture, nullptr, 0, 0));
    check_text(tlsdiag_html(capture, nullptr, 0, true));
    check_text(tlsdiag_table(capture, nullptr, 0));
    check_text(tlsdiag_inventory(capture, nullptr, 0));
    check_text(tlsdiag_inventory_json(capture, nullptr, 0));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    tlsdiag_options options{};
    options.trust_store = "none";
    auto *capture = tlsdiag_open(&options);
    tlsdiag_keep_ladders(capture, TLSDIAG_LADDERS_OF_ALL);
    tlsdiag_keep_metrics(capture);
    Input input{{data, size}};
    Peers peers;
    tlsdiag_frame frame{};
    for (frame.number = 1; !input.empty(); ++frame.number) {
        const std::uint8_t reason = input.byte();
        set_frame(frame, reason);
        tlsdiag_frame_begin(capture, &frame);
        const int events = 1 + input.byte() % 3;
        for (int i = 0; i < events && !input.empty(); ++i)
            feed_event(capture, input, peers);
        tlsdiag_frame_end(capture, reason & 0x40);
    }
    tlsdiag_catch_up(capture);
    // Drawings take most of the time and have their own fuzzer, so only one input in eight, selected by its length, is
    // drawn.
    const bool drawn = size % 8 == 0;
    for (const bool ended : {false, true}) {
        if (ended)
            tlsdiag_end(capture);
        read_results(capture, frame.number);
        if (drawn)
            draw(capture);
    }
    tlsdiag_close(capture);
    return 0;
}
