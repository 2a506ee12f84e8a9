// Reads shipped captures and feeds their TCP segments to the core.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/replay.hpp"

#include "core/base/reader.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <tuple>

namespace replay {
namespace {

constexpr std::uint16_t ethernet = 1, raw_ip = 101;
constexpr std::uint32_t option_tsresol = 9;
constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t flag_syn = 0x02, flag_ack = 0x10;

using Octets = std::vector<std::uint8_t>;
using tlsdiag::Bytes;
using tlsdiag::Reader;

std::uint32_t little32(Reader &reader)
{
    std::uint32_t value = 0;
    const Bytes bytes = reader.take(4);
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

Octets copy(Bytes bytes)
{
    return {bytes.begin(), bytes.end()};
}

tlsdiag_address address(Bytes bytes)
{
    tlsdiag_address result{};
    result.length = static_cast<std::uint8_t>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), result.bytes);
    return result;
}

struct Datagram {
    tlsdiag_address source, destination;
    Bytes tcp;          // header and payload
    std::size_t length; // their length on the wire
};

std::optional<Datagram> read_ipv4(Reader reader)
{
    const std::size_t header_length = (reader.u8() & 0x0fU) * 4;
    reader.take(1);
    const std::size_t total = reader.u16();
    reader.take(5);
    const auto protocol = reader.u8();
    reader.take(2);
    const auto source = reader.take(4), destination = reader.take(4);
    reader.take(header_length > 20 ? header_length - 20 : 0);
    if (!reader.ok() || protocol != protocol_tcp || total < header_length)
        return std::nullopt;
    const std::size_t length = total - header_length;
    return Datagram{address(source), address(destination), reader.rest().first(std::min(length, reader.left())),
                    length};
}

std::optional<Datagram> read_ipv6(Reader reader)
{
    reader.take(4);
    const std::size_t length = reader.u16();
    const auto next = reader.u8();
    reader.take(1);
    const auto source = reader.take(16), destination = reader.take(16);
    if (!reader.ok() || next != protocol_tcp)
        return std::nullopt;
    return Datagram{address(source), address(destination), reader.rest().first(std::min(length, reader.left())),
                    length};
}

std::optional<Datagram> read_packet(std::uint16_t link, Bytes packet)
{
    Reader reader{packet};
    if (link == ethernet)
        reader.take(14);
    if (reader.empty())
        return std::nullopt;
    switch (reader.rest()[0] >> 4) {
    case 4:
        return read_ipv4(reader);
    case 6:
        return read_ipv6(reader);
    default:
        return std::nullopt;
    }
}

// Numbers TCP streams as Wireshark does: a SYN on ports that were used before starts another stream.
class Streams {
public:
    std::uint32_t number(Bytes header, const Datagram &datagram)
    {
        Reader reader{header};
        const auto from = reader.u16(), to = reader.u16();
        const auto sequence = reader.u32();
        const bool opens = (header[13] & (flag_syn | flag_ack)) == flag_syn;
        const auto here = key(datagram.source, from), there = key(datagram.destination, to);
        const auto [place, fresh] = known_.try_emplace(std::minmax(here, there), TcpReassembly{next_, sequence});
        if (fresh)
            ++next_;
        else if (opens && place->second.first_sequence != sequence)
            place->second = {next_++, sequence};
        return place->second.number;
    }

private:
    using End = std::pair<Octets, std::uint16_t>;
    struct TcpReassembly {
        std::uint32_t number, first_sequence;
    };

    static End key(const tlsdiag_address &host, std::uint16_t port)
    {
        return {{host.bytes, host.bytes + host.length}, port};
    }

    std::map<std::pair<End, End>, TcpReassembly> known_;
    std::uint32_t next_ = 0;
};

class File {
public:
    explicit File(Bytes bytes) : rest_{bytes} {}

    std::vector<Segment> segments()
    {
        while (!rest_.empty())
            read_block();
        return std::move(segments_);
    }

private:
    void read_block()
    {
        const auto type = little32(rest_), size = little32(rest_);
        Reader body{rest_.take(size < 12 ? std::numeric_limits<std::size_t>::max() : size - 12)};
        rest_.take(4);
        if (!rest_.ok())
            throw std::runtime_error("not a pcapng file that this test reads");
        if (type == 0x0a0d0d0a && little32(body) != 0x1a2b3c4d)
            throw std::runtime_error("a big-endian pcapng file");
        if (type == 1)
            read_interface(body);
        if (type == 6)
            read_enhanced_packet(body);
    }

    void read_interface(Reader body)
    {
        link_ = static_cast<std::uint16_t>(little32(body) & 0xffff);
        if (link_ != ethernet && link_ != raw_ip)
            throw std::runtime_error("a link layer that this test does not read");
        body.take(4);
        per_second_ = 1'000'000;
        while (!body.empty())
            read_interface_option(body);
    }

    void read_interface_option(Reader &body)
    {
        const auto head = little32(body);
        const auto code = head & 0xffff, length = head >> 16;
        const auto value = body.take((length + 3) / 4 * 4);
        if (code == option_tsresol && length == 1 && value[0] == 9)
            per_second_ = 1'000'000'000;
    }

    void read_enhanced_packet(Reader body)
    {
        ++number_;
        body.take(4);
        const std::uint64_t high = little32(body), low = little32(body);
        const auto captured = little32(body);
        body.take(4);
        const auto packet = body.take(captured);
        const auto datagram = read_packet(link_, packet);
        if (!datagram || datagram->tcp.size() < 20)
            return;
        const std::size_t header_length = std::min<std::size_t>((datagram->tcp[12] >> 4) * 4U, datagram->tcp.size());
        if (header_length < 20)
            return;
        Segment segment;
        const std::uint64_t time = high << 32 | low;
        segment.frame.number = number_;
        segment.frame.seconds = static_cast<std::int64_t>(time / per_second_);
        segment.frame.nanoseconds = static_cast<std::int32_t>(time % per_second_ * (1'000'000'000 / per_second_));
        segment.frame.source = datagram->source;
        segment.frame.destination = datagram->destination;
        segment.stream = streams_.number(datagram->tcp, *datagram);
        segment.header = copy(datagram->tcp.first(header_length));
        segment.payload = copy(datagram->tcp.subspan(header_length));
        segment.offset = static_cast<std::size_t>(datagram->tcp.data() - packet.data()) + header_length;
        segment.length = datagram->length - header_length;
        segments_.push_back(std::move(segment));
    }

    Reader rest_;
    std::uint16_t link_ = 0;
    std::uint64_t per_second_ = 1'000'000; // if_tsresol: microseconds, or nanoseconds
    std::uint32_t number_ = 0;
    Streams streams_;
    std::vector<Segment> segments_;
};

} // namespace

std::vector<Segment> read(const std::filesystem::path &pcapng)
{
    std::ifstream file{pcapng, std::ios::binary};
    if (!file)
        throw std::runtime_error("cannot open the file");
    const Octets bytes{std::istreambuf_iterator<char>{file}, {}};
    return File{bytes}.segments();
}

Capture open()
{
    tlsdiag_options options{};
    options.trust_store = "none";
    return Capture{tlsdiag_open(&options)};
}

void feed(tlsdiag_capture *capture, const Segment &segment, std::size_t snaplen)
{
    if (snaplen < segment.offset) // Wireshark shows no TCP header
        return;
    const auto captured = std::min(segment.payload.size(), snaplen - segment.offset);
    tlsdiag_frame_begin(capture, &segment.frame);
    tlsdiag_tcp(capture, segment.stream, segment.header.data(), segment.header.size(), segment.payload.data(), captured,
                segment.length);
    tlsdiag_frame_end(capture, false);
}

} // namespace replay
