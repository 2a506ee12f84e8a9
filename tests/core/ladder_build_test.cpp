// Tests how a ladder is built from a conversation: its rows, their order, and the findings at each row.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "ladder/message_words.hpp"
#include "support/catch.hpp"
#include "support/rich.hpp"

#include <algorithm>

using namespace tlsdiag;
using namespace tlsdiag::wire;
using bytes::cat;

namespace {

struct Drawn : Wire {
    explicit Drawn(Ladders::Keep keep = Ladders::Keep::all) { ladders.keep(keep); }
};

// "client: ClientHello", "silence: 4.0 s of silence"; "!" marks the row that ends the connection, "x" a row that did
// not arrive.
std::vector<std::string> said(const Ladder &ladder)
{
    std::vector<std::string> lines;
    for (const Ladder::Row &row : ladder.rows) {
        const bool across = row.kind == Ladder::Kind::silence || row.kind == Ladder::Kind::note;
        const std::string by = row.from == Ladder::Lane::client ? "client" : "server";
        lines.push_back((across ? "" : by + ": ") + row.label + (row.breaks ? " !" : "") + (row.lost ? " x" : ""));
    }
    return lines;
}

const Ladder::Row &row_of(const Ladder &ladder, std::string_view label)
{
    const auto found = std::ranges::find_if(
        ladder.rows, [&](const Ladder::Row &row) { return std::string_view{row.label}.starts_with(label); });
    REQUIRE(found != ladder.rows.end());
    return *found;
}

std::string words(const Ladder &ladder, std::string_view label)
{
    return join(row_of(ladder, label).words, "; ");
}

std::string fact(const Ladder &ladder, std::string_view name)
{
    const auto found = std::ranges::find(ladder.properties, name, &Ladder::Property::name);
    return found == ladder.properties.end() ? "" : found->text;
}

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("a healthy handshake of TLS 1.2 is drawn in order, its encrypted parts by size")
{
    Drawn wire;
    wire.open().say(Side::client, hello12()).say(Side::server, server_flight12()).say(Side::client, client_flight12());
    wire.say(Side::server, finished12()).say(Side::client, encrypted(100)).say(Side::server, encrypted(3000));
    wire.say(Side::server, encrypted(1000)).close(Side::client).close(Side::server);
    const Ladder ladder = wire.ladder();
    CHECK(said(ladder) == Lines{"client: TCP SYN", "server: TCP SYN, ACK", "client: ClientHello", "server: ServerHello",
                                "server: ServerHelloDone", "client: ClientKeyExchange", "client: ChangeCipherSpec",
                                "client: Finished", "server: ChangeCipherSpec", "server: Finished",
                                "the handshake is complete", "client: Application data", "server: Application data",
                                "client: TCP FIN", "server: TCP FIN"});
    CHECK(words(ladder, "Finished") == "encrypted, 1 record, 40 bytes");
    CHECK(ladder.rows[12].words == Lines{"encrypted, 2 records, 4,000 bytes"});
    CHECK(ladder.rows[12].last_frame > ladder.rows[12].frame);
    CHECK(ladder.rows[0].seconds == 0);
    CHECK(ladder.rows[2].seconds == Approx(0.003));
    CHECK(ladder.outcome == "completed");
    CHECK_FALSE(ladder.has_problem);
}

TEST_CASE("a ladder is the same before and after its packets are forgotten")
{
    Drawn wire;
    samples::play_rich(wire);
    const Ladder before = wire.ladder();
    for (int packet = 0; packet < 3; ++packet)
        wire.wait(3).other_packet();
    CHECK(said(wire.ladder()) == said(before));
    CHECK(fact(wire.ladder(), "Client certificate") == fact(before, "Client certificate"));
}

TEST_CASE("only what somebody wants is kept")
{
    const auto rows = [](Ladders::Keep keep, bool problem) {
        Drawn wire{keep};
        wire.open().say(Side::client, hello12()).say(Side::server, server_flight12());
        if (problem)
            wire.say(Side::client, alert_record(48));
        else
            wire.say(Side::client, client_flight12()).say(Side::server, finished12());
        wire.close(Side::client).close(Side::server).wait(3).other_packet();
        return wire.ladder().rows.size();
    };
    for (const bool problem : {false, true}) {
        CHECK(rows(Ladders::Keep::none, problem) == 0);
        CHECK((rows(Ladders::Keep::problems, problem) > 0) == problem);
        CHECK(rows(Ladders::Keep::all, problem) > 0);
    }
}

TEST_CASE("mutual TLS shows who asked for what, and who sent what")
{
    Drawn wire;
    samples::play_rich(wire);
    const Ladder ladder = wire.ladder();
    CHECK(fact(ladder, "Server certificate") ==
          "CN=mail.example <- CN=Lab Server CA <- CN=Lab Root (not sent), frame 12");
    CHECK(fact(ladder, "Client certificate").starts_with("requested in frame 12 (2 CA names, 76 bytes: CN=Lab Root; "));
    CHECK(fact(ladder, "Client certificate").find("; sent: CN=東京 batch") != std::string::npos);
    CHECK(words(ladder, "CertificateRequest").starts_with("requests a client certificate; 2 CA names"));
    REQUIRE(ladder.findings.at(0).id == "client_cert_not_in_ca_list");
    const Ladder::Row &place = ladder.rows.at(ladder.findings[0].row.value());
    CHECK(place.label == "Certificate");
    CHECK(place.from == Ladder::Lane::client);
    CHECK(ladder.rows.at(ladder.findings.at(1).row.value()).label == "Alert unknown_ca (48)");
}

TEST_CASE("an empty certificate, and one that nobody asked for, are told apart")
{
    const auto told = [](bool ask, const std::vector<Octets> &chain) {
        using namespace bytes;
        Drawn wire;
        const Octets request = ask ? certificate_request() : Octets{};
        wire.open().say(Side::client, hello12());
        wire.say(Side::server, handshake_record(cat(server_hello(), request, server_hello_done())));
        const Octets answer = ask ? certificate(chain) : Octets{};
        wire.say(Side::client, handshake_record(cat(answer, client_key_exchange())));
        return fact(wire.ladder(), "Client certificate");
    };
    CHECK(told(false, {}) == "not requested");
    CHECK(told(true, {}) == "requested in frame 6 (no CA names: any CA is acceptable); none sent, frame 8");
}

TEST_CASE("TLS 1.3 without keys is drawn by the sizes of its records")
{
    Drawn wire;
    wire.open().say(Side::client, hello13());
    wire.say(Side::server, cat(answer13(), change_cipher_spec(), encrypted(23), encrypted(85), encrypted(1200),
                               encrypted(281), encrypted(53)));
    wire.say(Side::client, cat(change_cipher_spec(), encrypted(25), encrypted(53)));
    wire.say(Side::server, encrypted(19)).close(Side::server);
    const Ladder ladder = wire.ladder();
    CHECK(said(ladder) == Lines{"client: TCP SYN", "server: TCP SYN, ACK", "client: ClientHello", "server: ServerHello",
                                "server: Encrypted", "client: Encrypted", "server: Alert, judging by its size !",
                                "server: TCP FIN"});
    CHECK(ladder.rows[4].words.front() == "5 records, 1,642 bytes (23 + 85 + 1,200 + 281 + 53)");
    CHECK(ladder.rows[4].words.back() == "judging by the sizes: CertificateRequest");
    CHECK(ladder.rows[5].words.back() == "judging by the sizes: an empty Certificate, Finished");
    CHECK(
        fact(ladder, "Client certificate") ==
        "requested in frame 6, judging by the size of a record; none sent in frame 8, judging by the size of a record");
}

TEST_CASE("what Wireshark decrypted takes the place of the record")
{
    Drawn wire;
    wire.open().say(Side::client, hello13()).say(Side::server, answer13());
    wire.decrypted(Side::server, encrypted(200), bytes::certificate_request13({}));
    const Ladder ladder = wire.ladder();
    CHECK(said(ladder).at(4) == "server: CertificateRequest");
    CHECK(ladder.rows.at(4).decrypted);
    CHECK_FALSE(row_of(ladder, "ServerHello").decrypted);
}

TEST_CASE("a silence is a break that says who owed the next message")
{
    Drawn wire;
    wire.open().say(Side::client, hello12()).wait(4.5).close(Side::client);
    const Ladder gave_up = wire.ladder();
    CHECK(said(gave_up) == Lines{"client: TCP SYN", "server: TCP SYN, ACK", "client: ClientHello", "4.5 s of silence !",
                                 "client: TCP FIN"});
    CHECK(words(gave_up, "4.5 s") == "the server owed the next message");
    CHECK(gave_up.rows[3].pause == Approx(4.5).margin(0.01));
    CHECK(gave_up.rows[3].findings == std::vector<std::size_t>{0});

    Drawn lasts;
    lasts.open().say(Side::client, hello12()).wait(12).other_packet();
    CHECK(said(lasts.ladder()).back() == "the capture ends here");
    CHECK(said(lasts.ladder()).at(3) == "12.0 s of silence !");
}

TEST_CASE("a long message that comes in many packets is no silence")
{
    using namespace bytes;
    Drawn wire;
    wire.open().say(Side::client, hello12());
    const Octets flight = handshake_record(cat(server_hello(), certificate({filled(9'000, 0x30)})));
    for (std::size_t at = 0; at < flight.size(); at += 500) {
        const auto from = flight.begin() + static_cast<std::ptrdiff_t>(at);
        wire.wait(0.3).say(Side::server, Octets(from, from + static_cast<std::ptrdiff_t>(
                                                                 std::min<std::size_t>(500, flight.size() - at))));
    }
    const Lines lines = said(wire.ladder());
    CHECK(std::ranges::count(lines, "server: Certificate") == 1);
    CHECK(std::ranges::none_of(lines, [](const std::string &line) { return line.find("silence") != line.npos; }));
}

TEST_CASE("what was sent again, what is missing, and what was never complete is drawn")
{
    Drawn again;
    again.open().unacknowledged(Side::client, hello12());
    for (const double pause : {0.2, 0.4, 0.8})
        again.wait(pause).again(Side::client, hello12());
    again.reset(Side::client);
    CHECK(said(again.ladder()).at(3) == "client: sent again, 3 times in 1.2 s x");
    CHECK(said(again.ladder()).back() == "client: TCP RST !");

    Drawn missing;
    missing.open().say(Side::client, hello12()).skip(Side::server, 100).say(Side::server, server_flight12());
    missing.close(Side::server).close(Side::client);
    CHECK(row_of(missing.ladder(), "the capture lacks 100 bytes").kind == Ladder::Kind::missing);

    Drawn incomplete;
    const Octets half = handshake_record(cat(bytes::server_hello(), bytes::u8(11), bytes::u24(9'000)));
    incomplete.open().say(Side::client, hello12()).say(Side::server, half).reset(Side::client);
    CHECK(said(incomplete.ladder()).at(4) == "server: Certificate is incomplete");
    CHECK(said(incomplete.ladder()).at(5) == "client: TCP RST !");
}

TEST_CASE("plain text before TLS, and instead of it")
{
    Drawn refused;
    refused.open().say(Side::server, bytes::text("220 hello\r\n")).say(Side::client, bytes::text("STARTTLS\r\n"));
    refused.say(Side::server, bytes::text("454 not now\r\n")).close(Side::client).close(Side::server);
    CHECK(said(refused.ladder()).at(2) == "server: \"220 hello\"");
    CHECK(said(refused.ladder()).at(4) == "server: \"454 not now\" !");

    Drawn http;
    http.open().say(Side::client, hello12()).say(Side::server, bytes::text("HTTP/1.1 400 Bad Request\r\n\r\n"));
    CHECK(said(http.ladder()).back() == "server: not TLS: HTTP !");
}

TEST_CASE("a capture that begins midway says so, and its data is one row a side")
{
    Drawn wire;
    for (int packet = 0; packet < 600; ++packet)
        wire.say(packet % 2 ? Side::server : Side::client, encrypted(100));
    const Lines lines = said(wire.ladder());
    CHECK(lines.front() == "the capture starts in the middle of the connection: earlier packets are missing");
    CHECK(lines.size() <= 5);
    CHECK(std::ranges::count(lines, "client: Application data") == 1);
}

TEST_CASE("steps are bounded, and the last ones are among them")
{
    const Moment at{7, 0};
    Timeline steps;
    for (int i = 0; i < 1'000; ++i)
        steps.change_cipher_spec(at, Side::client);
    steps.transport(at, SideReset{Side::server});
    CHECK(steps.all().size() == Timeline::max_steps);
    CHECK(steps.left_out() == 1'001 - Timeline::max_steps);
    CHECK(steps.all().back().row.label == "TCP RST");

    Drawn wire;
    wire.open().say(Side::client, hello12()).say(Side::server, answer12());
    for (int i = 0; i < 400; ++i)
        wire.say(Side::server, bytes::record(21, 0x0303, bytes::alert(1, 112)));
    wire.reset(Side::client);
    const Lines lines = said(wire.ladder());
    CHECK(lines.back() == "client: TCP RST !");
    CHECK(std::ranges::count_if(lines, [](auto &line) { return line.ends_with(" more steps are left out here"); }) ==
          1);
}

TEST_CASE("a subject of a megabyte with everything bad in it stays short and harmless")
{
    CertificateCache cache;
    const auto ca = pki::make_ca("Lab");
    const std::string bad = "<script>\x1b[31m\xe2\x80\xae\xd7\xa9" + std::string(40'000, 'x');
    const auto leaf = pki::issue(ca, "businessCategory=" + bad, {.sans = {"host.example"}});
    CertificateMessage message;
    message.certificates = {leaf.der};
    message.count = 1;
    const Said words = said_by(message, cache);
    CHECK(join(words.words, "; ").size() < 1'000);
    for (const std::string &word : words.words)
        CHECK(printable(word, 10'000) == word);

    CaList list;
    list.names = std::vector<Octets>(20'000, leaf.subject());
    list.count = 20'000;
    CHECK(authorities_text(list).size() < 1'000);
}
