// Reads shipped captures and feeds their TCP segments to the core.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/replay.hpp"

#include "core/base/reader.hpp"

#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <stdexcept>
#include <tuple>

namespace replay {
namespace {

constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t flag_syn = 0x02, flag_ack = 0x10;

using Octets = std::vector<std::uint8_t>;
using tlsdiag::Bytes;
using tlsdiag::Reader;

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

std::optional<Datagram> read_packet(int link, Bytes packet)
{
    Reader reader{packet};
    if (link == DLT_EN10MB)
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

std::optional<Segment> read_segment(int link, Bytes packet, Streams &streams)
{
    const auto datagram = read_packet(link, packet);
    if (!datagram || datagram->tcp.size() < 20)
        return std::nullopt;
    const std::size_t header_length = std::min<std::size_t>((datagram->tcp[12] >> 4) * 4U, datagram->tcp.size());
    if (header_length < 20)
        return std::nullopt;
    Segment segment;
    segment.frame.source = datagram->source;
    segment.frame.destination = datagram->destination;
    segment.stream = streams.number(datagram->tcp, *datagram);
    segment.header = copy(datagram->tcp.first(header_length));
    segment.payload = copy(datagram->tcp.subspan(header_length));
    segment.offset = static_cast<std::size_t>(datagram->tcp.data() - packet.data()) + header_length;
    segment.length = datagram->length - header_length;
    return segment;
}

} // namespace

std::vector<Segment> read(const std::filesystem::path &capture)
{
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    const std::unique_ptr<pcap_t, decltype(&pcap_close)> file{
        pcap_open_offline_with_tstamp_precision(capture.c_str(), PCAP_TSTAMP_PRECISION_NANO, error.data()), pcap_close};
    if (!file)
        throw std::runtime_error(error.data());
    const int link = pcap_datalink(file.get());
    if (link != DLT_EN10MB && link != DLT_RAW)
        throw std::runtime_error("a link layer that this test does not read");
    std::vector<Segment> segments;
    Streams streams;
    pcap_pkthdr *header = nullptr;
    const u_char *bytes = nullptr;
    int status = 0;
    for (std::uint32_t number = 1; (status = pcap_next_ex(file.get(), &header, &bytes)) == 1; ++number) {
        if (auto segment = read_segment(link, {bytes, header->caplen}, streams)) {
            segment->frame.number = number;
            segment->frame.seconds = header->ts.tv_sec;
            segment->frame.nanoseconds = static_cast<std::int32_t>(header->ts.tv_usec); // as it was opened
            segments.push_back(std::move(*segment));
        }
    }
    if (status != PCAP_ERROR_BREAK) // the end
        throw std::runtime_error(pcap_geterr(file.get()));
    return segments;
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
