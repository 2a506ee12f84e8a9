// Tests the diagnosis closed_without_close_notify.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis closed_without_close_notify;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static RecordSeen record(ContentType type, std::uint32_t length)
{
    return {.type = type, .version = 0x0303, .length = length, .encrypted = true};
}

static const RecordSeen data = record(ContentType::application_data, 500);
static const RecordSeen alert = record(ContentType::alert, 26);

// Both sides have sent data and close with FIN.
static Conversation closed(RecordSeen of_client, RecordSeen of_server, Version version = 0x0303)
{
    Conversation c = completed(version);
    c.first_tls[Side::client] = at(frames::client_hello);
    c.first_tls[Side::server] = at(frames::server_hello);
    c.last_record[Side::client] = of_client;
    c.last_record[Side::server] = of_server;
    c.fin[Side::client] = c.fin[Side::server] = c.last = at(frames::ending);
    return c;
}

TEST_CASE("closed_without_close_notify: who owed one")
{
    Conversation neither = closed(data, data);
    REQUIRE(play(closed_without_close_notify, neither).size() == 1);
    CHECK(neither.findings[0].side == Party::client);
    CHECK(neither.findings[0].certainty == Certainty::proven);

    Conversation server = closed(alert, data);
    REQUIRE(play(closed_without_close_notify, server).size() == 1);
    CHECK(server.findings[0].side == Party::server);
    CHECK(has(server.findings[0].detail, "(the client's last record may be an alert)"));

    Conversation inside = closed(data, data); // the FIN belongs to the outer TLS
    inside.inner = true;
    CHECK(play(closed_without_close_notify, inside).empty());

    Conversation both = closed(alert, alert);
    CHECK(play(closed_without_close_notify, both).empty());
}

TEST_CASE("closed_without_close_notify: in TLS 1.3 by the size of the last record")
{
    const auto found = [](std::uint32_t last) {
        Conversation c =
            closed(record(ContentType::application_data, 19), record(ContentType::application_data, last), 0x0304);
        return play(closed_without_close_notify, c);
    };
    CHECK(found(19).empty());
    CHECK(found(64).empty()); // padded
    REQUIRE(found(65).size() == 1);
    CHECK(found(65)[0].certainty == Certainty::strong);
}

TEST_CASE("closed_without_close_notify: a reset counts where nobody had said or closed anything before")
{
    const auto reset = [](RecordSeen of_client, RecordSeen of_server, bool server_closed) {
        Conversation c = closed(of_client, of_server);
        c.fin[Side::client] = {};
        c.rst[Side::client] = at(frames::ending);
        if (!server_closed)
            c.fin[Side::server] = {};
        return play(closed_without_close_notify, c).size();
    };
    CHECK(reset(data, data, false) == 1);
    CHECK(reset(data, alert, true) == 0);
    CHECK(reset(data, alert, false) == 0);
    CHECK(reset(alert, data, false) == 0);
}

TEST_CASE("closed_without_close_notify: near misses")
{
    struct Case {
        const char *what;
        void (*change)(Conversation &);
    };
    const Case cases[] = {
        {"the handshake was never complete", [](Conversation &c) { c.completed = {}; }},
        {"it goes on", [](Conversation &c) { c.fin.both = {}; }},
        {"what came later is not all there",
         [](Conversation &c) { c.lost_later[Side::client] = c.lost_later[Side::server] = true; }},
        {"packets were cut short", [](Conversation &c) { c.gaps.truncated = true; }},
        {"DTLS has no FIN", [](Conversation &c) { c.transport = Transport::dtls; }},
    };
    for (const Case &one : cases) {
        INFO(one.what);
        Conversation c = closed(data, data);
        one.change(c);
        CHECK(play(closed_without_close_notify, c).empty());
    }
}

TEST_CASE("closed_without_close_notify: after a fatal alert none is due, before it one was")
{
    for (const bool before : {true, false}) {
        Conversation c = closed(data, alert);
        c.alerts.push_back({at(before ? frames::ending - 1 : frames::ending + 1), Side::server, {2, 48}, true, false});
        CHECK(play(closed_without_close_notify, c).empty() == before);
    }
    Conversation unreadable = closed(data, alert);
    unreadable.renegotiation.refused = at(frames::ending - 1);
    CHECK(play(closed_without_close_notify, unreadable).empty());
}
