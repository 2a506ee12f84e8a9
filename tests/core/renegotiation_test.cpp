// Tests renegotiation: what its encrypted records show, and what decryption adds.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/catalogue.hpp"
#include "render/ladder_text.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

#include <algorithm>

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

Octets hidden_handshake(std::size_t size)
{
    return handshake_record(bytes::filled(size, 0x5a));
}

Octets encrypted_alert()
{
    return bytes::record(21, 0x0303, bytes::filled(26, 0x5a));
}

Octets hidden_change()
{
    return bytes::record(20, 0x0303, bytes::filled(25, 0x5a));
}

Wire &connected(Wire &wire)
{
    wire.open().say(Side::client, hello12()).say(Side::server, server_flight12()).say(Side::client, client_flight12());
    return wire.say(Side::server, finished12()).say(Side::client, encrypted(100)).say(Side::server, encrypted(100));
}

// HelloRequest, ClientHello, the server's flight, the client's flight.
Wire &asked_again(Wire &wire)
{
    wire.say(Side::server, hidden_handshake(28)).say(Side::client, hidden_handshake(240));
    wire.say(Side::server, hidden_handshake(1400));
    return wire.say(Side::client, bytes::cat(hidden_handshake(1100), hidden_change(), hidden_handshake(40)));
}

std::vector<std::string> ids(const Wire &wire)
{
    std::vector<std::string> all;
    for (const Finding &finding : wire.only().findings)
        all.emplace_back(id(*finding.diagnosis));
    return all;
}

using Ids = std::vector<std::string>;

} // namespace

TEST_CASE("Renegotiation: an alert where the server's ChangeCipherSpec is due refuses the client")
{
    Wire wire;
    asked_again(connected(wire)).say(Side::server, encrypted_alert());
    const std::uint32_t alert = wire.frame() - 1;
    wire.close(Side::server).close(Side::client);
    REQUIRE(ids(wire) == Ids{"refused_after_completion"});
    const Summary summary = wire.only();
    CHECK(summary.findings[0].frame == alert);
    CHECK(summary.findings[0].certainty == Certainty::strong);
    CHECK(summary.verdict.outcome == Outcome::completed);
    CHECK(summary.client_auth == ClientAuth::unknown);
    CHECK(sentence(summary).find("the server later refused the client in a renegotiation") != std::string::npos);
}

TEST_CASE("Renegotiation: one that comes to its end refuses nobody")
{
    Wire wire;
    asked_again(connected(wire)).say(Side::server, bytes::cat(hidden_change(), hidden_handshake(40)));
    wire.say(Side::server, encrypted(100)).say(Side::server, encrypted_alert()).close(Side::server);
    wire.say(Side::client, encrypted_alert()).close(Side::client);
    CHECK(ids(wire).empty());
    CHECK(wire.only().client_auth == ClientAuth::unknown); // its messages cannot be read
}

TEST_CASE("Renegotiation: each is looked at by itself")
{
    Wire wire;
    asked_again(connected(wire)).say(Side::server, bytes::cat(hidden_change(), hidden_handshake(40)));
    asked_again(wire.say(Side::client, encrypted(100))).say(Side::server, encrypted_alert()).close(Side::server);
    wire.close(Side::client);
    CHECK(ids(wire) == Ids{"refused_after_completion"});
}

TEST_CASE("Renegotiation: an alert at another place may be a warning, or goodbye")
{
    Wire wire;
    connected(wire);
    SECTION("the client answers a HelloRequest with no_renegotiation")
    {
        wire.say(Side::server, hidden_handshake(28)).say(Side::client, encrypted_alert());
        wire.say(Side::client, encrypted(100)).say(Side::server, encrypted(100));
        CHECK(wire.only().client_auth == ClientAuth::none); // the server requested no certificate
    }
    SECTION("the server answers a client that begins with no_renegotiation")
    {
        wire.say(Side::client, hidden_handshake(240)).say(Side::server, encrypted_alert());
        wire.say(Side::client, encrypted(100)).say(Side::server, encrypted(100));
    }
    SECTION("the client leaves in the middle")
    {
        asked_again(wire).say(Side::client, encrypted_alert()).say(Side::server, encrypted_alert());
    }
    SECTION("the client closes in the middle")
    {
        asked_again(wire).close(Side::client).say(Side::server, encrypted_alert()).close(Side::server);
        CHECK(ids(wire) == Ids{"closed_without_close_notify"});
        return;
    }
    SECTION("the server has accepted the client already")
    {
        asked_again(wire).say(Side::server, hidden_change()).say(Side::server, encrypted_alert());
    }
    wire.say(Side::client, encrypted_alert()).close(Side::client);
    wire.say(Side::server, encrypted_alert()).close(Side::server);
    CHECK(ids(wire).empty());
}

TEST_CASE("Renegotiation: with the keys it is known what was asked for and sent")
{
    const Octets request = bytes::certificate_request(), empty = bytes::certificate({});
    Wire wire;
    connected(wire).say(Side::server, hidden_handshake(28)).say(Side::client, hidden_handshake(240));
    wire.decrypted(Side::server, hidden_handshake(200), request);
    CHECK(wire.only().client_auth == ClientAuth::requested);
    wire.decrypted(Side::client, hidden_handshake(31), empty);
    CHECK(wire.only().client_auth == ClientAuth::empty);
    wire.say(Side::client, bytes::cat(hidden_change(), hidden_handshake(40)));
    wire.say(Side::server, encrypted_alert());
    REQUIRE(ids(wire) == Ids{"ca_list_empty", "refused_after_completion"});
    CHECK(wire.only().findings[1].detail.find("Certificate message was empty") != std::string::npos);
}

TEST_CASE("Renegotiation: the ladder calls no alert a farewell that refuses, and draws none twice")
{
    const auto drawn = [](Wire &wire) {
        return text_ladder(wire.ladder(), {.columns = 140, .utf8 = false, .colour = false});
    };
    const auto with_ladder = [](Wire &wire) -> Wire & {
        wire.ladders.keep(Ladders::Keep::all);
        return connected(wire);
    };
    Wire refused;
    asked_again(with_ladder(refused)).say(Side::server, encrypted_alert());
    CHECK(drawn(refused).find("only a key log file can tell which alert it is") != std::string::npos);
    CHECK(drawn(refused).find("not requested in the first handshake; the renegotiation is encrypted") !=
          std::string::npos);

    Wire ended;
    with_ladder(ended).say(Side::server, encrypted_alert());
    CHECK(drawn(ended).find("likely close_notify") != std::string::npos);

    Wire readable;
    with_ladder(readable).decrypted(Side::server, hidden_handshake(200), bytes::certificate_request());
    CHECK(drawn(readable).find("requested in frame") != std::string::npos);
    CHECK(drawn(readable).find("CertificateRequest (decrypted)") != std::string::npos);
    CHECK(drawn(readable).find("Handshake messages") == std::string::npos);

    Wire with_data;
    with_data.ladders.keep(Ladders::Keep::all);
    with_data.open().say(Side::client, hello12()).say(Side::server, server_flight12());
    with_data.say(Side::client, client_flight12()).say(Side::server, finished12());
    with_data.decrypted(Side::server, bytes::cat(encrypted(77), hidden_handshake(200)), bytes::certificate_request());
    CHECK(drawn(with_data).find("77 bytes") != std::string::npos); // they are data, not the decrypted records
}
