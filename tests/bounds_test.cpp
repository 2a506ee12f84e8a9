// What is kept is bounded: open conversations give way to later ones, and say so when they go on.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "catch.hpp"
#include "core/dtls.hpp"
#include "core/examine.hpp"
#include "core/ocsp.hpp"
#include "core/tcp_flow.hpp"
#include "wire.hpp"

#include <fstream>
#include <iterator>

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

// Many TCP streams from as many clients; each frame is a millisecond after the last.
class Crowd {
public:
    Capture capture{Settings{.trust_store = "none", .size_table = ""}};

    void segment(std::uint32_t stream, Side from, std::uint8_t flags, const Octets &payload, std::uint32_t sequence)
    {
        Frame frame;
        frame.moment = {++frame_, start + frame_ * (second / 1000)};
        Endpoint client, server;
        client.address_length = server.address_length = 4;
        client.address = {10, 1, static_cast<std::uint8_t>(stream >> 16), 1};
        server.address = {10, 0, 0, 2};
        client.port = static_cast<std::uint16_t>(stream);
        server.port = 443;
        frame.source = from == Side::client ? client : server;
        frame.destination = from == Side::client ? server : client;
        using namespace bytes;
        const Octets header = cat(u16(frame.source.port), u16(frame.destination.port), u32(sequence), u32(0), u8(0x50),
                                  u8(flags), u16(8192), u16(0), u16(0));
        capture.begin_frame(frame);
        capture.tcp(stream, header, payload, payload.size());
        capture.end_frame();
    }

    std::uint32_t frame() const { return frame_; }

private:
    std::uint32_t frame_ = 0;
};

} // namespace

TEST_CASE("Past the bound the conversations that were silent for longest give way", "[bounds]")
{
    Crowd crowd;
    const Octets hello = hello12();
    const auto crowd_size = static_cast<std::uint32_t>(Capture::max_open + 10);
    for (std::uint32_t stream = 0; stream < crowd_size; ++stream)
        crowd.segment(stream, Side::client, flag::ack, hello, 1000);
    REQUIRE(crowd.capture.conversations() == crowd_size);

    const Summary before = crowd.capture.summary(0);
    CHECK(before.verdict.outcome != Outcome::completed);
    CHECK(crowd.capture.summary(crowd_size - 1).verdict.outcome != Outcome::completed);

    crowd.segment(0, Side::client, flag::ack, {}, 1000); // keeps it alive, and says nothing
    CHECK(crowd.capture.summary(0).verdict.sentence == before.verdict.sentence);

    crowd.segment(0, Side::server, flag::ack, answer12(), 9000);
    const Summary late = crowd.capture.summary(0);
    CHECK(late.verdict.outcome == Outcome::unseen);
    CHECK(late.verdict.sentence.find("More than 16,384 conversations were open at once") == 0);
    CHECK(late.verdict.at.frame == crowd.frame());
    CHECK(crowd.capture.shows(crowd.frame()) == TLSDIAG_SHOWS_FACTS);
    for (const Finding &finding : late.findings)
        CHECK_FALSE(finding.diagnosis->at_end);
}

TEST_CASE("A stream without TLS that was forgotten is looked at anew", "[bounds]")
{
    Crowd crowd;
    const Octets words{'h', 'e', 'l', 'l', 'o', '\n'};
    const auto crowd_size = static_cast<std::uint32_t>(Capture::max_plain + 10);
    for (std::uint32_t stream = 0; stream < crowd_size; ++stream)
        crowd.segment(stream, Side::client, flag::ack, words, 1000);
    crowd.segment(0, Side::client, flag::ack, hello12(), 1006);
    CHECK(crowd.capture.conversations() == 1);
}

TEST_CASE("docs/bounds.md states the bounds as they are", "[bounds]")
{
    std::ifstream file{TLSDIAG_SOURCE_DIR "/docs/bounds.md"};
    const std::string table{std::istreambuf_iterator<char>{file}, {}};
    const auto kilobytes = [](std::size_t bytes) { return std::to_string(bytes >> 10) + " KB"; };
    const auto megabytes = [](std::size_t bytes) { return std::to_string(bytes >> 20) + " MB"; };
    for (const std::string &row : {
             "| open conversations | " + digit_groups(Capture::max_open) + " |",
             "| TCP streams without TLS so far | " + digit_groups(Capture::max_plain) + " |",
             "| findings of a conversation | " + digit_groups(max_findings) + ";",
             "| evidence of a finding | " + digit_groups(max_evidence) + " frames |",
             "| details, and the clauses in a verdict | " + digit_groups(max_detail) + " bytes |",
             "| records of which only the size shows | " + digit_groups(max_hidden) + " |",
             "| plain text before TLS | " + kilobytes(TcpFlow::max_plaintext) + " |",
             "| TCP segments held for a gap, each direction | " + kilobytes(Stream::max_held) + " ",
             "| what answers packets that were not captured yet, each direction | " + kilobytes(TcpFlow::max_early) +
                 ",",
             "| segments behind a gap of which is known what they answer, each direction | " +
                 digit_groups(TcpFlow::max_marks) + " |",
             "| a handshake message | " + megabytes(RecordReader::max_message_size) + " |",
             "| DTLS: messages that wait for an earlier one | " + digit_groups(DtlsReader::max_ahead) + ", and " +
                 megabytes(DtlsReader::max_held) + " |",
             "| messages kept for the signatures that cover them | " + kilobytes(Transcript::max_kept) + ",",
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
