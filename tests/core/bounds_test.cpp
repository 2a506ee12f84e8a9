// Tests that memory is bounded: open conversations are evicted for later ones, and report that if they continue.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/examine.hpp"
#include "core/flows/tcp_flow.hpp"
#include "core/tls/dtls.hpp"
#include "core/x509/ocsp.hpp"
#include "support/catch.hpp"
#include "support/source_folder.hpp"
#include "support/wire.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

// Many streams, each from its own client; frames are a millisecond apart.
class Crowd {
public:
    Capture capture{Settings{.trust_store = "none", .size_table = ""}};
    static constexpr std::uint32_t server_bytes = 9000; // where each server's bytes begin

    void segment(std::uint32_t stream, Side from, std::uint8_t flags, const Octets &payload, std::uint32_t sequence,
                 std::uint32_t acknowledged = 0)
    {
        const Frame frame = begin(stream, from);
        using namespace bytes;
        const Octets header = cat(u16(frame.source.port), u16(frame.destination.port), u32(sequence), u32(acknowledged),
                                  u8(0x50), u8(flags), u16(8192), u16(0), u16(0));
        capture.tcp(stream, header, payload, payload.size());
        capture.end_frame();
    }
    void datagram(std::uint32_t stream, Side from, const Octets &payload)
    {
        begin(stream, from);
        capture.datagram(stream, payload, payload.size());
        capture.end_frame();
    }
    // The server's host reports the port as unreachable, quoting the client's datagram.
    void port_unreachable(std::uint32_t stream)
    {
        const Frame frame = begin(stream, Side::server);
        using namespace bytes;
        const Octets quoted = cat(from_hex("4500 0100 0000 0000 40 11 0000"), from_hex("0a010001 0a000002"),
                                  u16(frame.destination.port), u16(frame.source.port), u16(200), u16(0));
        capture.icmp(false, cat(from_hex("03 03 0000 00000000"), quoted));
        capture.end_frame();
    }
    void eap(Side from, const Octets &packet)
    {
        begin(0, from);
        capture.eap(std::nullopt, packet, packet.size());
        capture.end_frame();
    }

    // One ClientHello on each of `count` streams, starting with this one.
    void hellos(std::uint32_t first, std::size_t count)
    {
        const Octets hello = hello12();
        for (std::uint32_t stream = first; stream < first + count; ++stream)
            segment(stream, Side::client, flag::ack, hello, 1000, server_bytes);
    }
    // Whether the server's next message is read.
    bool goes_on(std::uint32_t conversation, std::uint32_t stream)
    {
        segment(stream, Side::server, flag::ack, answer12(), server_bytes);
        return capture.results().summary(conversation).version == 0x0303;
    }
    bool goes_on(std::uint32_t stream) { return goes_on(stream, stream); }

    std::uint32_t frame() const { return frame_; }
    Time now() const { return clock_; }

private:
    Frame begin(std::uint32_t stream, Side from)
    {
        clock_ += second / 1000;
        Frame frame;
        frame.moment = {++frame_, clock_};
        Endpoint client, server;
        client.address_length = server.address_length = 4;
        client.address = {10, 1, static_cast<std::uint8_t>(stream >> 16), 1};
        server.address = {10, 0, 0, 2};
        client.port = static_cast<std::uint16_t>(stream);
        server.port = 443;
        frame.source = from == Side::client ? client : server;
        frame.destination = from == Side::client ? server : client;
        capture.begin_frame(frame);
        return frame;
    }

    std::uint32_t frame_ = 0;
    Time clock_ = start;
};

} // namespace

TEST_CASE("Past the bound the conversations that were silent for longest give way", "[bounds]")
{
    Crowd crowd;
    const Octets hello = hello12();
    const auto crowd_size = static_cast<std::uint32_t>(Conversations::max_open + 10);
    for (std::uint32_t stream = 0; stream < crowd_size; ++stream)
        crowd.segment(stream, Side::client, flag::ack, hello, 1000, Crowd::server_bytes);
    REQUIRE(crowd.capture.results().conversations() == crowd_size);

    const Summary before = crowd.capture.results().summary(0);
    CHECK(before.verdict.outcome != Outcome::completed);
    CHECK(crowd.capture.results().summary(crowd_size - 1).verdict.outcome != Outcome::completed);

    crowd.segment(0, Side::client, flag::ack, {}, 1000); // keeps it open, without data
    CHECK(crowd.capture.results().summary(0).verdict.sentence == before.verdict.sentence);

    crowd.segment(0, Side::server, flag::ack, answer12(), 9000);
    const Summary late = crowd.capture.results().summary(0);
    CHECK(late.verdict.outcome == Outcome::unseen);
    CHECK(late.verdict.sentence.find("More than 16,384 conversations were open at once") == 0);
    CHECK(late.verdict.at.frame == crowd.frame());
    CHECK(crowd.capture.results().content(crowd.frame()) == FrameContent::facts);
    for (const Finding &finding : late.findings)
        CHECK_FALSE(finding.diagnosis->at_end);
}

TEST_CASE("The older half gives way and no other", "[bounds]")
{
    constexpr auto half = static_cast<std::uint32_t>(Conversations::max_open / 2);
    Crowd crowd;
    crowd.hellos(0, Conversations::max_open);
    CHECK(crowd.capture.results().content(1) == FrameContent::nothing); // this many may be open
    crowd.segment(0, Side::client, flag::ack, {}, 1258);                // the first stream now has the latest packet
    crowd.hellos(2 * half, 1);
    CHECK(crowd.capture.results().content(1) == FrameContent::nothing);
    CHECK(crowd.capture.results().content(2) != FrameContent::nothing);
    CHECK(crowd.goes_on(0));
    CHECK_FALSE(crowd.goes_on(1));
    CHECK_FALSE(crowd.goes_on(half + 1));
    CHECK(crowd.goes_on(half + 2));
    crowd.hellos(2 * half + 1, half); // those are still in the newer half
    CHECK(crowd.capture.results().conversations_of(crowd.frame()).size() == 1);
    crowd.hellos(3 * half + 1, 1);
    CHECK_FALSE(crowd.goes_on(half + 4));
    CHECK(crowd.goes_on(3 * half + 1));
}

TEST_CASE("Conversations that are over leave room for the others", "[bounds]")
{
    Crowd crowd;
    constexpr auto open = static_cast<std::uint32_t>(Conversations::max_open / 2 - 2000); // some others still wait
    crowd.hellos(0, open);
    for (std::uint32_t stream = open; stream <= Conversations::max_open; ++stream) {
        crowd.hellos(stream, 1);
        crowd.segment(stream, Side::client, flag::rst, {}, 1258);
    }
    CHECK(crowd.goes_on(0));
}

TEST_CASE("What gave way is shown as it stood and its sequel is news", "[bounds]")
{
    Crowd crowd;
    crowd.capture.newly_judged(start);
    crowd.hellos(0, Conversations::max_open + 1);
    CHECK(crowd.capture.results().content(1) == FrameContent::findings);
    CHECK_FALSE(crowd.capture.results().summary(0).findings.empty());
    const auto is_news = [&] { return std::ranges::count(crowd.capture.newly_judged(crowd.now()), 0u) == 1; };
    CHECK(is_news());
    CHECK_FALSE(is_news());
    CHECK_FALSE(crowd.goes_on(0));
    CHECK(is_news());
    const Summary late = crowd.capture.results().summary(0);
    CHECK(late.verdict.outcome == Outcome::unseen);
    CHECK(late.verdict.sentence.ends_with("tlsdiag did not follow it from frame " + std::to_string(crowd.frame()) +
                                          " on."));
    CHECK(late.findings.empty());
    CHECK_FALSE(late.ended_by);
    crowd.segment(0, Side::client, flag::ack, client_flight12(), 1258); // reported only once
    CHECK(crowd.capture.results().summary(0).verdict.at.frame == crowd.frame() - 1);
    CHECK_FALSE(is_news());
}

TEST_CASE("What gave way and is complete without a last word of the server shows its verdict", "[bounds]")
{
    Crowd crowd;
    const Octets hello = hello13(), flight = server_flight13();
    const auto after_hello = static_cast<std::uint32_t>(1000 + hello.size());
    const auto after_flight = static_cast<std::uint32_t>(9000 + flight.size());
    crowd.segment(0, Side::client, flag::syn, {}, 999);
    crowd.segment(0, Side::server, flag::syn | flag::ack, {}, 8999, 1000);
    crowd.segment(0, Side::client, flag::ack, hello, 1000, 9000);
    crowd.segment(0, Side::server, flag::ack, flight, 9000, after_hello);
    crowd.segment(0, Side::client, flag::ack, bytes::cat(change_cipher_spec(), encrypted(53), encrypted(100)),
                  after_hello, after_flight);
    const std::uint32_t last = crowd.frame();
    crowd.hellos(1, Conversations::max_open - 1);
    CHECK(crowd.capture.results().content(last) == FrameContent::nothing);
    crowd.hellos(Conversations::max_open, 1);
    CHECK(crowd.capture.results().summary(0).verdict.outcome == Outcome::completed);
    CHECK(crowd.capture.results().content(last) == FrameContent::facts);
    REQUIRE(crowd.capture.results().of_frame(last).size() == 1);
    CHECK(crowd.capture.results().of_frame(last)[0].verdict_here);
}

TEST_CASE("What was over when others needed room stays as it was judged", "[bounds]")
{
    Crowd crowd;
    crowd.hellos(0, 1);
    crowd.segment(0, Side::server, flag::ack, alert_record(40), 9000);
    const std::string before = crowd.capture.results().summary(0).verdict.sentence;
    crowd.hellos(1, Conversations::max_open);
    crowd.segment(0, Side::server, flag::ack, answer12(), 9007);
    CHECK(crowd.capture.results().summary(0).verdict.outcome == Outcome::failed);
    CHECK(crowd.capture.results().summary(0).verdict.sentence == before);
}

TEST_CASE("What waits for an earlier packet is read before its conversation gives way", "[bounds]")
{
    Crowd crowd;
    crowd.hellos(0, 1);
    const auto unseen = static_cast<std::uint32_t>(1000 + hello12().size() + 50); // acknowledges uncaptured bytes
    crowd.segment(0, Side::server, flag::ack, answer12(), 9000, unseen);
    CHECK(crowd.capture.results().summary(0).version == 0x0303);
    crowd.hellos(1, Conversations::max_open);
    CHECK(crowd.capture.results().summary(0).version == 0x0303);
    CHECK(crowd.capture.results().summary(0).cipher_suite == CipherSuite{0xc02f});
}

// ---- DTLS and EAP ----

static Octets dtls(std::uint8_t type, const Octets &body)
{
    return bytes::dtls_record(22, 0xfefd, 0, 0, bytes::dtls_handshake(type, 0, body));
}

static Octets eap(std::string_view head, const Octets &content)
{
    return bytes::cat(bytes::from_hex(head), bytes::u16(6 + content.size()), bytes::from_hex("0d 00"), content);
}

static const Octets eap_start = bytes::from_hex("01 01 0006 0d 20");

TEST_CASE("DTLS and EAP give way as TCP does", "[bounds]")
{
    Crowd crowd;
    SECTION("DTLS")
    {
        crowd.datagram(0, Side::client, dtls(1, bytes::client_hello_body(bytes::tls12_client())));
        crowd.hellos(1, Conversations::max_open);
        crowd.datagram(0, Side::server, dtls(2, bytes::server_hello_body()));
    }
    SECTION("EAP")
    {
        crowd.eap(Side::server, eap_start);
        crowd.eap(Side::client, eap("02 01", hello12()));
        crowd.hellos(1, Conversations::max_open);
        crowd.eap(Side::server, eap("01 02", answer12()));
    }
    CHECK(crowd.capture.results().conversations() == Conversations::max_open + 1);
    CHECK(crowd.capture.results().summary(0).verdict.outcome == Outcome::unseen);
    CHECK(crowd.capture.results().summary(0).verdict.at.frame == crowd.frame());
}

TEST_CASE("What gives way takes nothing along that began on the same stream after it", "[bounds]")
{
    Crowd crowd;
    bytes::ClientHelloFields again = bytes::tls12_client();
    again.random = bytes::filled(32, 0x12);
    constexpr auto others = static_cast<std::uint32_t>(Conversations::max_open - 1), later = others + 1;
    SECTION("DTLS")
    {
        crowd.datagram(0, Side::client, dtls(1, bytes::client_hello_body(bytes::tls12_client())));
        crowd.datagram(0, Side::server, bytes::dtls_record(21, 0xfefd, 0, 1, bytes::alert(2, 40)));
        crowd.hellos(1, others);
        crowd.datagram(0, Side::client, dtls(1, bytes::client_hello_body(again)));
        REQUIRE(crowd.capture.results().conversations() == later + 1);
        SECTION("the server answers")
        {
            crowd.datagram(0, Side::server, dtls(2, bytes::server_hello_body()));
            CHECK(crowd.capture.results().summary(later).version == 0x0303);
        }
        SECTION("its host says that nobody listens")
        {
            crowd.port_unreachable(0);
            CHECK(crowd.capture.results().summary(later).verdict.outcome == Outcome::failed);
        }
    }
    SECTION("EAP")
    {
        crowd.eap(Side::server, eap_start);
        crowd.eap(Side::client, eap("02 01", hello12()));
        crowd.eap(Side::server, bytes::from_hex("04 02 0004")); // Failure
        crowd.hellos(1, others);
        crowd.eap(Side::server, eap_start);
        crowd.eap(Side::client, eap("02 01", hello12()));
        crowd.eap(Side::server, eap("01 02", answer12()));
        REQUIRE(crowd.capture.results().conversations() == later + 1);
        CHECK(crowd.capture.results().summary(later).version == 0x0303);
    }
    CHECK(crowd.capture.results().summary(0).verdict.outcome == Outcome::failed);
}

TEST_CASE("A stream without TLS that was forgotten is looked at anew", "[bounds]")
{
    Crowd crowd;
    const Octets words{'h', 'e', 'l', 'l', 'o', '\n'};
    const auto crowd_size = static_cast<std::uint32_t>(TcpStreams::max_plain + 10);
    for (std::uint32_t stream = 0; stream < crowd_size; ++stream)
        crowd.segment(stream, Side::client, flag::ack, words, 1000);
    crowd.segment(0, Side::client, flag::ack, hello12(), 1006);
    CHECK(crowd.capture.results().conversations() == 1);
}

TEST_CASE("Of many streams without TLS so far neither those with TLS nor the traffic are forgotten", "[bounds]")
{
    Crowd crowd;
    crowd.capture.keep_metrics();
    constexpr std::uint8_t psh = 0x08; // without it, six bytes can be padding
    const Octets words{'h', 'e', 'l', 'l', 'o', '\n'};
    crowd.hellos(0, 1);
    crowd.segment(1, Side::client, flag::ack | psh | flag::fin, words, 1000); // closed
    crowd.segment(1, Side::server, flag::ack | flag::fin, {}, 9000, 1007);
    crowd.segment(1, Side::client, flag::ack, {}, 1007, 9001);
    constexpr auto last = static_cast<std::uint32_t>(TcpStreams::max_plain + 2);
    for (std::uint32_t stream = 2; stream <= last; ++stream)
        crowd.segment(stream, Side::client, flag::ack | psh, words, 1000);
    CHECK(crowd.goes_on(0));
    crowd.segment(2, Side::client, flag::ack | psh, words, 1006);
    const PlainTraffic traffic = crowd.capture.results().plain_traffic();
    std::uint64_t connections = 0, bytes = 0;
    for (const auto &[port, of_port] : traffic.ports()) {
        connections += of_port.connections;
        bytes += of_port.bytes;
    }
    CHECK(connections == last);
    CHECK(bytes == words.size() * (last + 1));
}

TEST_CASE("docs/bounds.md states the bounds as they are", "[bounds]")
{
    std::ifstream file{source_folder() / "docs/bounds.md"};
    const std::string table{std::istreambuf_iterator<char>{file}, {}};
    const auto kilobytes = [](std::size_t bytes) { return std::to_string(bytes >> 10) + " KB"; };
    const auto megabytes = [](std::size_t bytes) { return std::to_string(bytes >> 20) + " MB"; };
    for (const std::string &row : {
             "| open conversations | " + digit_groups(Conversations::max_open) + " |",
             "| TCP streams without TLS so far | " + digit_groups(TcpStreams::max_plain) + " |",
             "| findings of a conversation | " + digit_groups(max_findings) + ";",
             "| evidence of a finding | " + digit_groups(max_evidence) + " frames |",
             "| details, and the clauses in a verdict | " + digit_groups(max_detail) + " bytes |",
             "| encrypted records read by their size | " + digit_groups(max_encrypted_records) + " |",
             "| plain text before TLS | " + kilobytes(TcpTlsStart::max_plaintext) + " |",
             "| TCP segments held for a gap, each direction | " + kilobytes(TcpReassembly::max_held) + " ",
             "| data that answers packets not yet captured, each direction | " + kilobytes(TcpAckOrder::max_waiting) +
                 ",",
             "| segments behind a gap with a remembered acknowledgement, each direction | " +
                 digit_groups(TcpAckOrder::max_marks) + " |",
             "| a handshake message | " + megabytes(RecordReader::max_message_size) + " |",
             "| DTLS: messages that wait for an earlier one | " + digit_groups(DtlsReader::max_ahead) + ", and " +
                 megabytes(DtlsReader::max_held) + " |",
             "| messages kept to check signatures | " + kilobytes(Transcript::max_kept) + ",",
             "| certificates of a chain | " + digit_groups(max_chain_length) + " |",
             "| names in a list of CAs | " + digit_groups(max_ca_names) + " (",
             "| a certificate | " + kilobytes(CertificateCache::max_certificate_size) + " |",
             "| distinct certificates of a capture | " + digit_groups(CertificateCache::max_cached) + ", and " +
                 megabytes(CertificateCache::max_cached_bytes) + " |",
             "| a stapled OCSP response | " + digit_groups(OcspStaple::max_size) + " bytes,",
         }) {
        CAPTURE(row);
        CHECK(table.find(row) != std::string::npos);
    }
}
