// Tests which authentication an EAP packet belongs to, and how one ends.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/catalogue.hpp"
#include "core/flows/eap_sessions.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"

using namespace tlsdiag;
using namespace tlsdiag::wire;

namespace {

Endpoint mac(std::uint8_t last)
{
    return {{2, 0, 0, 0, 0, last}, 6, 0};
}

const Endpoint group{{0x01, 0x80, 0xc2, 0, 0, 3}, 6, 0};
const Endpoint nas{{10, 0, 0, 1}, 4, 40000}, radius_server{{10, 0, 0, 2}, 4, 1812};

Octets eap(std::uint8_t code, std::uint8_t identifier, const Octets &tls, std::uint8_t method = 13, bool more = false)
{
    using namespace bytes;
    return cat(u8(code), u8(identifier), u16(6 + tls.size()), u8(method), u8(more ? 0x40 : 0), tls);
}
Octets start_of(std::uint8_t identifier, std::uint8_t method = 13)
{
    return bytes::cat(bytes::u8(1), bytes::u8(identifier), bytes::u16(6), bytes::u8(method), bytes::u8(0x20));
}
Octets result(std::uint8_t code, std::uint8_t identifier)
{
    return bytes::cat(bytes::u8(code), bytes::u8(identifier), bytes::u16(4));
}
Octets identity(std::uint8_t code, std::uint8_t identifier)
{
    return bytes::cat(bytes::u8(code), bytes::u8(identifier), bytes::u16(5), bytes::u8(1));
}

class Lan {
public:
    Capture capture{Settings{.trust_store = "none", .size_table = "", .silence = 3 * second}};

    void eap(const Endpoint &from, const Endpoint &to, const Octets &packet)
    {
        begin(from, to);
        capture.eap(std::nullopt, packet, packet.size());
        capture.end_frame();
    }

    // Within RADIUS; without an EAP packet if `packet` is empty.
    void radius(std::uint8_t code, std::uint8_t identifier, std::string_view state, const Octets &packet,
                std::string_view station = "")
    {
        using namespace bytes;
        const bool request = code == 1;
        begin(request ? nas : radius_server, request ? radius_server : nas);
        Octets attributes;
        const auto add = [&](std::uint8_t type, const Octets &value) {
            if (!value.empty())
                attributes = cat(attributes, u8(type), u8(static_cast<std::uint8_t>(value.size() + 2)), value);
        };
        add(24, text(state));
        add(31, text(station));
        add(79, Octets(packet.begin(),
                       packet.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(packet.size(), 200))));
        const Octets all = cat(u8(code), u8(identifier), u16(20 + attributes.size()),
                               filled(16, static_cast<std::uint8_t>(identifier + (request ? 0 : 100))), attributes);
        capture.radius(7, all);
        if (!packet.empty())
            capture.eap(7, packet, packet.size());
        capture.end_frame();
    }

    std::vector<std::string> outcomes() const
    {
        std::vector<std::string> all;
        for (std::uint32_t number = 0; number < capture.results().conversations(); ++number)
            all.emplace_back(name(capture.results().summary(number).verdict.outcome));
        return all;
    }

private:
    void begin(const Endpoint &from, const Endpoint &to)
    {
        clock_ += second / 100;
        capture.begin_frame({{++frame_, clock_}, from, to});
    }

    std::uint32_t frame_ = 0;
    Time clock_ = wire::start;
};

bool found(const Summary &summary, std::string_view id)
{
    return std::ranges::any_of(summary.findings, [&](const Finding &one) { return tlsdiag::id(*one.diagnosis) == id; });
}

} // namespace

TEST_CASE("802.1X: each side sends to its own address, to a group, or to the other")
{
    struct Case {
        const char *what;
        Endpoint request_to, response_to;
    };
    for (const Case &one :
         {Case{"both to the group", group, group}, Case{"the switch to the supplicant", mac(1), group},
          Case{"the supplicant to the switch", group, mac(9)}, Case{"as over radio", mac(1), mac(9)},
          Case{"captured without destinations", Endpoint{}, Endpoint{}}}) {
        INFO(one.what);
        Lan lan;
        lan.eap(mac(9), one.request_to, identity(1, 5));
        lan.eap(mac(1), one.response_to, identity(2, 5));
        lan.eap(mac(9), one.request_to, start_of(6));
        lan.eap(mac(1), one.response_to, eap(2, 6, hello12()));
        lan.eap(mac(9), one.request_to, eap(1, 7, server_flight12()));
        lan.eap(mac(1), one.response_to, eap(2, 7, client_flight12()));
        lan.eap(mac(9), one.request_to, eap(1, 8, finished12()));
        lan.eap(mac(1), one.response_to, eap(2, 8, {}));
        lan.eap(mac(9), one.request_to, result(3, 8));
        REQUIRE(lan.outcomes() == std::vector<std::string>{"completed"});
        const Summary only = lan.capture.results().summary(0);
        CHECK(only.client == mac(1));
        CHECK(only.server == mac(9));
        CHECK(only.findings.empty());
    }
}

TEST_CASE("802.1X: the capture begins with the first TLS packet to the group")
{
    Lan lan;
    lan.eap(mac(9), group, start_of(6));
    lan.eap(mac(1), group, eap(2, 6, hello12()));
    lan.eap(mac(9), group, eap(1, 7, bytes::record(21, 0x0303, bytes::alert(2, 40))));
    lan.eap(mac(1), group, eap(2, 7, {}));
    REQUIRE(lan.outcomes() == std::vector<std::string>{"failed"});
    CHECK(lan.capture.results().summary(0).client == mac(1));
}

TEST_CASE("802.1X: another supplicant on the same port")
{
    Lan lan;
    for (const std::uint8_t who : std::initializer_list<std::uint8_t>{1, 2}) {
        lan.eap(mac(9), group, identity(1, static_cast<std::uint8_t>(10 * who)));
        lan.eap(mac(who), group, identity(2, static_cast<std::uint8_t>(10 * who)));
        lan.eap(mac(9), group, start_of(static_cast<std::uint8_t>(10 * who + 1)));
        lan.eap(mac(who), group, eap(2, static_cast<std::uint8_t>(10 * who + 1), hello12()));
        lan.eap(mac(9), group, eap(1, static_cast<std::uint8_t>(10 * who + 2), server_flight12()));
        lan.eap(mac(who), group, eap(2, static_cast<std::uint8_t>(10 * who + 2), client_flight12()));
        lan.eap(mac(9), group, eap(1, static_cast<std::uint8_t>(10 * who + 3), finished12()));
    }
    CHECK(lan.outcomes() == std::vector<std::string>{"completed", "completed"});
    CHECK(lan.capture.results().summary(0).client == mac(1));
    CHECK(lan.capture.results().summary(1).client == mac(2));
}

TEST_CASE("EAP: a fragment that the capture lacks is a gap, an acknowledgement that it lacks is none")
{
    const Octets flight = server_flight12();
    const auto piece = [&](std::size_t number) {
        const Bytes third = Bytes{flight}.subspan(number * (flight.size() / 3));
        const Bytes bytes = number < 2 ? third.first(flight.size() / 3) : third;
        return Octets(bytes.begin(), bytes.end());
    };
    const Octets said[] = {start_of(6),
                           eap(2, 6, hello12()),
                           eap(1, 7, piece(0), 13, true),
                           eap(2, 7, {}),
                           eap(1, 8, piece(1), 13, true),
                           eap(2, 8, {}),
                           eap(1, 9, piece(2)),
                           eap(2, 9, client_flight12()),
                           eap(1, 10, finished12()),
                           eap(2, 10, {}),
                           result(3, 10)};
    const auto without = [&](std::size_t missing) {
        Lan lan;
        for (std::size_t step = 0; step < std::size(said); ++step)
            if (step != missing)
                lan.eap(step % 2 ? mac(1) : mac(9), step % 2 ? mac(9) : mac(1), said[step]);
        return lan.capture.results().summary(0);
    };
    CHECK(without(99).findings.empty());
    for (const std::size_t acknowledgement : {3U, 5U, 9U}) {
        CHECK(name(without(acknowledgement).verdict.outcome) == "completed");
        CHECK(without(acknowledgement).findings.empty());
    }
    for (const std::size_t fragment : {2U, 4U, 6U, 7U}) {
        INFO(fragment);
        const Summary summary = without(fragment);
        CHECK(found(summary, "capture_incomplete"));
        for (const Finding &one : summary.findings)
            CHECK(one.diagnosis->severity == Severity::note);
    }
}

TEST_CASE("RADIUS: two authentications take turns on one UDP stream")
{
    Lan lan;
    for (const std::uint8_t step : std::initializer_list<std::uint8_t>{0, 1, 2, 3}) {
        for (const std::uint8_t who : std::initializer_list<std::uint8_t>{0, 1}) {
            const auto radius_id = static_cast<std::uint8_t>(10 * who + step);
            const std::uint8_t eap_id = static_cast<std::uint8_t>(50 + step); // the same for both
            const std::string last = (who ? "two" : "one") + std::to_string(step);
            const std::string next = (who ? "two" : "one") + std::to_string(step + 1);
            const Octets answers[] = {start_of(51), eap(1, 52, server_flight12()), eap(1, 53, finished12()),
                                      result(who ? 4 : 3, 53)};
            const Octets requests[] = {identity(2, eap_id), eap(2, eap_id, hello12()),
                                       eap(2, eap_id, client_flight12()), eap(2, eap_id, {})};
            lan.radius(1, radius_id, step ? last : "", requests[step]);
            lan.radius(step < 3 ? 11 : who ? 3 : 2, radius_id, step < 3 ? next : "", answers[step]);
        }
    }
    REQUIRE(lan.outcomes() == std::vector<std::string>{"completed", "completed"});
    CHECK_FALSE(found(lan.capture.results().summary(0), "eap_inner_failure"));
    CHECK(found(lan.capture.results().summary(1), "eap_inner_failure"));
}

TEST_CASE("RADIUS: a request that is sent again, and an Access-Reject without EAP")
{
    Lan lan;
    lan.radius(1, 1, "", identity(2, 5), "02-00-00-00-00-01");
    lan.radius(1, 1, "", identity(2, 5), "02-00-00-00-00-01");
    lan.radius(11, 1, "s1", start_of(6));
    lan.radius(1, 2, "s1", eap(2, 6, hello12()));
    lan.radius(1, 2, "s1", eap(2, 6, hello12()));
    lan.radius(11, 2, "s2", eap(1, 7, server_flight12()));
    lan.radius(1, 3, "s2", eap(2, 7, client_flight12()));
    lan.radius(3, 3, "", {});
    CHECK(lan.outcomes() == std::vector<std::string>{"failed"});
}

TEST_CASE("RADIUS: the challenge is not in the capture")
{
    Lan lan;
    lan.radius(1, 1, "", identity(2, 5), "02-00-00-00-00-01");
    lan.radius(1, 9, "", identity(2, 5), "02-00-00-00-00-02");
    lan.radius(1, 2, "s1", eap(2, 6, hello12()), "02-00-00-00-00-01");
    lan.radius(11, 2, "s2", eap(1, 7, server_flight12()));
    lan.radius(1, 3, "s2", eap(2, 7, client_flight12()), "02-00-00-00-00-01");
    lan.radius(11, 3, "s3", eap(1, 8, finished12()));
    CHECK(lan.outcomes() == std::vector<std::string>{"completed"});
    CHECK_FALSE(found(lan.capture.results().summary(0), "capture_incomplete")); // the ClientHello is there
}

TEST_CASE("RADIUS: what is no packet of an authentication")
{
    CHECK_FALSE(parse_radius({}));
    CHECK_FALSE(parse_radius(bytes::filled(19, 1)));
    CHECK_FALSE(
        parse_radius(bytes::cat(bytes::u8(4), bytes::u8(1), bytes::u16(20), bytes::filled(16, 0)))); // accounting
    CHECK_FALSE(parse_radius(bytes::cat(bytes::u8(1), bytes::u8(1), bytes::u16(19), bytes::filled(16, 0))));
    const Octets cut = bytes::cat(bytes::u8(1), bytes::u8(1), bytes::u16(60), bytes::filled(16, 0), bytes::u8(24),
                                  bytes::u8(9), bytes::u8(1));
    REQUIRE(parse_radius(cut));
    CHECK(parse_radius(cut)->state.empty());
}

TEST_CASE(
    "EAP-Failure after the ClientHello, after the server's flight, and after TLS 1.3 without a client certificate")
{
    const Octets identified = identity(2, 5);
    const auto until = [&](std::size_t steps, bool tls13) {
        Lan lan;
        const Octets said[] = {start_of(6), eap(2, 6, tls13 ? hello13() : hello12()),
                               eap(1, 7, tls13 ? server_flight13() : server_flight12()),
                               eap(2, 7, tls13 ? bytes::cat(change_cipher_spec(), encrypted(53)) : client_flight12())};
        for (std::size_t step = 0; step < steps; ++step)
            lan.eap(step % 2 ? mac(1) : mac(9), step % 2 ? mac(9) : mac(1), said[step]);
        lan.eap(mac(9), mac(1), result(4, 7));
        return lan.capture.results().summary(0);
    };
    CHECK(name(until(2, false).verdict.outcome) == "failed");
    CHECK(name(until(3, false).verdict.outcome) == "failed");
    CHECK(name(until(4, false).verdict.outcome) == "failed"); // the server's Finished is missing
    CHECK(name(until(3, true).verdict.outcome) == "failed");
    const Summary tunnel = until(4, true);
    CHECK(name(tunnel.verdict.outcome) == "completed");
    CHECK(found(tunnel, "eap_inner_failure"));
}
