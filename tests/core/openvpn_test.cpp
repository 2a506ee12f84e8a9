// Tests TLS in OpenVPN's control channel over UDP.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/catch.hpp"
#include "support/wire.hpp"

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

class Tunnel {
public:
    Capture capture{Settings{.trust_store = "none", .size_table = "", .silence = 3 * second}};

    void packet(Side from, std::uint32_t number, const Octets &content, std::uint8_t type = 4 << 3)
    {
        clock_ += second / 100;
        capture.begin_frame({{++frame_, clock_}, ends_[from], ends_[peer(from)]});
        capture.openvpn(0, type, bytes::cat(bytes::u32(number), content));
        capture.end_frame();
    }

    // In pieces, which may be taken in another order.
    std::vector<Octets> pieces(const Octets &all, std::size_t size)
    {
        std::vector<Octets> cut;
        for (std::size_t at = 0; at < all.size(); at += size)
            cut.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                             all.begin() + static_cast<std::ptrdiff_t>(std::min(at + size, all.size())));
        return cut;
    }

    std::string outcome(std::uint32_t number = 0) const
    {
        return std::string{name(capture.results().summary(number).verdict.outcome)};
    }

private:
    PerSide<Endpoint> ends_{{Endpoint{{10, 0, 0, 1}, 4, 40000}, Endpoint{{10, 0, 0, 2}, 4, 1194}}};
    std::uint32_t frame_ = 0;
    Time clock_ = wire::start;
};

} // namespace

TEST_CASE("OpenVPN: a handshake in pieces, in any order, and sent again")
{
    Tunnel tunnel;
    tunnel.packet(Side::client, 0, {}, 7 << 3);
    tunnel.packet(Side::server, 0, {}, 8 << 3);
    const std::vector<Octets> hello = tunnel.pieces(hello12(), 40);
    REQUIRE(hello.size() >= 2);
    for (std::uint32_t piece = 0; piece < hello.size(); ++piece)
        tunnel.packet(Side::client, 1 + piece, hello[piece]);
    tunnel.packet(Side::client, 1, hello[0]);
    const std::vector<Octets> flight = tunnel.pieces(server_flight12(), 30);
    REQUIRE(flight.size() >= 2);
    for (std::uint32_t piece = static_cast<std::uint32_t>(flight.size()); piece > 0; --piece)
        tunnel.packet(Side::server, piece, flight[piece - 1]);
    tunnel.packet(Side::client, 1 + static_cast<std::uint32_t>(hello.size()), client_flight12());
    tunnel.packet(Side::server, 1 + static_cast<std::uint32_t>(flight.size()), finished12());
    REQUIRE(tunnel.capture.results().conversations() == 1);
    CHECK(tunnel.outcome() == "completed");
    const Summary summary = tunnel.capture.results().summary(0);
    CHECK(summary.findings.empty());
    CHECK(summary.client.port == 40000);

    bytes::ClientHelloFields again = bytes::tls12_client();
    again.random = bytes::filled(32, 0x12);
    tunnel.packet(Side::client, 1, hello[0]); // sent again, late
    CHECK(tunnel.capture.results().conversations() == 1);
    tunnel.packet(Side::client, 1, bytes::record(22, 0x0301, bytes::client_hello(again)), 4 << 3 | 1); // new keys
    CHECK(tunnel.capture.results().conversations() == 2);
}

TEST_CASE("OpenVPN: an alert, and what is no TLS")
{
    Tunnel tunnel;
    SECTION("an alert")
    {
        tunnel.packet(Side::client, 1, hello12());
        tunnel.packet(Side::server, 1, alert_record(40));
        CHECK(tunnel.outcome() == "failed");
    }
    SECTION("a packet is missing for good")
    {
        tunnel.packet(Side::client, 1, hello12());
        for (std::uint32_t number = 2; number < 80; ++number)
            tunnel.packet(Side::server, number, bytes::filled(100, 0x5a));
        CHECK(tunnel.outcome() == "unseen");
    }
    SECTION("bytes that the dissector takes for a piece: tls-crypt")
    {
        tunnel.packet(Side::client, 0x5a5a5a5a, bytes::filled(100, 0x5a));
        CHECK(tunnel.capture.results().conversations() == 0);
    }
    SECTION("data, and packets that are cut")
    {
        tunnel.packet(Side::client, 1, hello12(), 6 << 3);
        tunnel.packet(Side::client, 1, {});
        CHECK(tunnel.capture.results().conversations() == 0);
    }
}
