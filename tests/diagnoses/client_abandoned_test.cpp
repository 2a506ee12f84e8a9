// Tests the diagnosis client_abandoned.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis client_abandoned;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

TEST_CASE("client_abandoned: before any TLS byte of the server")
{
    for (const EndReason reason : {EndReason::closed, EndReason::reset}) {
        Conversation c = hello();
        end(c, Side::client, reason);
        const Findings found = play(client_abandoned, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].side == Party::client);
        CHECK(client_abandoned.explains(c, found[0]) == Fit::good);
    }
}

TEST_CASE("client_abandoned: while another connection of this client completes")
{
    struct Case {
        const char *story;
        Time apart;
        std::uint8_t client, server; // last byte of the address
        bool fires;
    };
    const Case cases[] = {
        {"1 s before", -1 * second, 1, 2, true},  {"1.9 s after", 1'900 * (second / 1000), 1, 2, true},
        {"3 s before", -3 * second, 1, 2, false}, {"of another client", 0, 9, 2, false},
        {"to another server", 0, 1, 9, false},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        World world;
        Conversation c = answered(0x0303, world);
        end(c, Side::client, EndReason::closed);
        Completion other{c.client, c.server, c.ending.at.time + one.apart, 3};
        other.client.port = 0;
        other.client.address[3] = one.client;
        other.server.address[3] = one.server;
        world.history.completions.push_back(other);
        const Findings found = play(client_abandoned, c);
        REQUIRE(found.size() == (one.fires ? 1 : 0));
        if (one.fires)
            CHECK(found[0].evidence == std::vector<std::uint32_t>{3});
    }
}

TEST_CASE("client_abandoned: near misses")
{
    Conversation server = hello();
    end(server, Side::server, EndReason::closed);
    CHECK(play(client_abandoned, server).empty());

    Conversation with_a_word = hello();
    end(with_a_word, Side::client, EndReason::alert, "internal_error");
    CHECK(play(client_abandoned, with_a_word).empty());

    Conversation no_hello = hello();
    no_hello.client_hello = {};
    end(no_hello, Side::client, EndReason::closed);
    CHECK(play(client_abandoned, no_hello).empty());

    Conversation after_flight = answered();
    end(after_flight, Side::client, EndReason::closed);
    CHECK(play(client_abandoned, after_flight).empty());

    Conversation silence = hello();
    end(silence, Side::server, EndReason::silence);
    CHECK(play(client_abandoned, silence).empty());

    Conversation one_sided = hello();
    one_sided.gaps.direction_missing[Side::server] = true;
    end(one_sided, Side::client, EndReason::closed);
    CHECK(play(client_abandoned, one_sided).empty());
}

TEST_CASE("client_abandoned: after its own Finished, up to TLS 1.2")
{
    Conversation c = answered();
    client_flight(c);
    end(c, Side::client, EndReason::closed);
    CHECK(has(play(client_abandoned, c).at(0).detail, "had accepted the server's flight"));
    Conversation before = answered();
    server_flight(before);
    end(before, Side::client, EndReason::closed);
    CHECK(play(client_abandoned, before).empty());
    Conversation by_server = answered();
    client_flight(by_server);
    end(by_server, Side::server, EndReason::closed);
    CHECK(play(client_abandoned, by_server).empty());
}

TEST_CASE("client_abandoned: data of the server behind a lost segment has come")
{
    Conversation c = hello();
    end(c, Side::client, EndReason::closed);
    c.segments[Side::server].gap = 2'740;
    CHECK(play(client_abandoned, c).empty());
}
