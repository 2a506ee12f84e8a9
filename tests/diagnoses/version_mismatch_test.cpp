// Tests the diagnosis version_mismatch.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace tlsdiag {
extern const Diagnosis version_mismatch;
}

using namespace tlsdiag;
using namespace tlsdiag::builders;

static void offer(Conversation &c, Version legacy, std::vector<Version> versions)
{
    c.client_hello.what.legacy_version = legacy;
    c.client_hello.what.supported_versions = std::move(versions);
}

static Conversation refused(Side by, std::string_view alert, Version legacy, std::vector<Version> versions,
                            World &world = plain_world())
{
    Conversation c = hello(world);
    offer(c, legacy, std::move(versions));
    end(c, by, EndReason::alert, alert);
    return c;
}

TEST_CASE("version_mismatch: the server says protocol_version")
{
    struct Case {
        Version legacy;
        std::vector<Version> versions;
        Party side;
        const char *offered;
    };
    const Case cases[] = {
        {0x0301, {}, Party::client, "at most TLS 1.0"},
        {0x0303, {0x0304}, Party::server, "TLS 1.3"},
        {0x0303, {}, Party::server, "at most TLS 1.2"},
    };
    for (const Case &one : cases) {
        INFO(one.offered);
        Conversation c = refused(Side::server, "protocol_version", one.legacy, one.versions);
        const Findings found = play(version_mismatch, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].side == one.side);
        CHECK(found[0].certainty == Certainty::proven);
        CHECK(has(found[0].detail, one.offered));
        CHECK(version_mismatch.explains(c, found[0]) == Fit::exact);
    }
}

TEST_CASE("version_mismatch: the client says it of the version chosen")
{
    Conversation c = failed_by(Side::client, "protocol_version", 0x0301);
    const Findings found = play(version_mismatch, c);
    REQUIRE(found.size() == 1);
    CHECK(found[0].side == Party::server);
    CHECK(has(found[0].because, "the server chose TLS 1.0"));
}

TEST_CASE("version_mismatch: a version that nobody offered")
{
    struct Case {
        const char *story;
        Version chosen;
        std::vector<Version> offered;
        Side by;
        bool fires;
    };
    const Case cases[] = {
        {"TLS 1.2 for a client of TLS 1.3 only", 0x0303, {0x0304}, Side::client, true},
        {"TLS 1.3 for a client of TLS 1.2", 0x0304, {}, Side::client, true},
        {"one of those offered", 0x0303, {0x0304, 0x0303}, Side::client, false},
        {"the server itself gives up", 0x0303, {0x0304}, Side::server, false},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        Conversation c = answered(one.chosen);
        offer(c, 0x0303, one.offered);
        end(c, one.by, EndReason::alert, "illegal_parameter");
        const Findings found = play(version_mismatch, c);
        REQUIRE(found.size() == (one.fires ? 1 : 0));
        if (one.fires)
            CHECK(version_mismatch.explains(c, found[0]) == Fit::good);
    }
}

TEST_CASE("version_mismatch: what the server chose with others")
{
    World world;
    const Conversation any = hello(world);
    world.history.servers[any.server].versions = {{0x0303, 2}};
    SECTION("TLS 1.2, and this client has only TLS 1.3")
    {
        Conversation c = refused(Side::server, "handshake_failure", 0x0303, {0x0304}, world);
        const Findings found = play(version_mismatch, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::strong);
        CHECK(has(found[0].detail, "TLS 1.2 (frame 2)"));
        CHECK(version_mismatch.explains(c, found[0]) == Fit::good);
    }
    SECTION("the same, and the server only hangs up")
    {
        for (const EndReason reason : {EndReason::closed, EndReason::reset}) {
            Conversation c = hello(world);
            offer(c, 0x0303, {0x0304});
            end(c, Side::server, reason);
            const Findings found = play(version_mismatch, c);
            REQUIRE(found.size() == 1);
            CHECK(version_mismatch.explains(c, found[0]) == Fit::possible);
        }
    }
    SECTION("the same, and it ends in another way")
    {
        Conversation alerted = refused(Side::server, "unrecognized_name", 0x0303, {0x0304}, world);
        CHECK(play(version_mismatch, alerted).empty());
        Conversation silent = hello(world);
        offer(silent, 0x0303, {0x0304});
        end(silent, Side::server, EndReason::silence);
        CHECK(play(version_mismatch, silent).empty());
    }
    SECTION("the same, after a ServerHello")
    {
        Conversation c = answered(0x0304, world);
        offer(c, 0x0303, {0x0304});
        end(c, Side::server, EndReason::alert, "handshake_failure");
        CHECK(play(version_mismatch, c).empty());
    }
    SECTION("TLS 1.2, and this client is old: the server may know older ones")
    {
        Conversation c = refused(Side::server, "illegal_parameter", 0x0301, {}, world);
        const Findings found = play(version_mismatch, c);
        REQUIRE(found.size() == 1);
        CHECK(found[0].certainty == Certainty::guess);
        CHECK(found[0].side == Party::client);
        CHECK(version_mismatch.explains(c, found[0]) == Fit::possible);
    }
    SECTION("TLS 1.2, which this client offers as well")
    {
        Conversation c = refused(Side::server, "handshake_failure", 0x0303, {0x0304, 0x0303}, world);
        CHECK(play(version_mismatch, c).empty());
    }
    SECTION("none, as far as is seen")
    {
        world.history.servers[hello(world).server].versions.clear();
        Conversation c = refused(Side::server, "handshake_failure", 0x0303, {0x0304}, world);
        CHECK(play(version_mismatch, c).empty());
    }
    SECTION("another server")
    {
        Conversation c = refused(Side::server, "handshake_failure", 0x0303, {0x0304}, world);
        c.server.port = 8443;
        CHECK(play(version_mismatch, c).empty());
    }
}

TEST_CASE("version_mismatch: a client older than most servers accept is a guess")
{
    struct Case {
        const char *story;
        Version legacy;
        const char *alert;
        bool fires;
    };
    const Case cases[] = {
        {"OpenSSL 3's answer", 0x0301, "internal_error", true},
        {"TLS 1.1", 0x0302, "handshake_failure", true},
        {"TLS 1.2 is not old", 0x0303, "internal_error", false},
        {"another reason is said", 0x0301, "unrecognized_name", false},
    };
    for (const Case &one : cases) {
        INFO(one.story);
        Conversation c = refused(Side::server, one.alert, one.legacy, {});
        const Findings found = play(version_mismatch, c);
        REQUIRE(found.size() == (one.fires ? 1 : 0));
        if (one.fires)
            CHECK(found[0].certainty == Certainty::guess);
    }
    Conversation c = refused(Side::server, "internal_error", 0x0301, {});
    c.ending.at.time = pki::date(2012, 1, 1);
    CHECK(play(version_mismatch, c).empty());
}

TEST_CASE("version_mismatch: silence on both sides says nothing")
{
    Conversation c = hello();
    end(c, Side::server, EndReason::closed);
    CHECK(play(version_mismatch, c).empty());
    Conversation d = completed();
    CHECK(play(version_mismatch, d).empty());
}

TEST_CASE("version_mismatch: where one of the hellos is not seen")
{
    Conversation c = failed_by(Side::client, "illegal_parameter");
    c.client_hello = {};
    CHECK(play(version_mismatch, c).empty());
    Conversation no_answer = hello();
    offer(no_answer, 0x0303, {0x0304});
    end(no_answer, Side::client, EndReason::closed);
    CHECK(play(version_mismatch, no_answer).empty());
    Conversation refused_unseen = hello();
    end(refused_unseen, Side::server, EndReason::alert, "protocol_version");
    refused_unseen.client_hello = {};
    CHECK(play(version_mismatch, refused_unseen).at(0).side == Party::server);
    Conversation old = answered(0x0301);
    offer(old, 0x0301, {});
    end(old, Side::client, EndReason::alert, "protocol_version");
    CHECK(play(version_mismatch, old).at(0).side == Party::server); // it chose a version that the client then refuses
}

TEST_CASE("version_mismatch: an old client that was answered was not too old")
{
    Conversation c = answered(0x0301);
    offer(c, 0x0301, {});
    end(c, Side::server, EndReason::alert, "internal_error");
    CHECK(play(version_mismatch, c).empty());
}

TEST_CASE("version_mismatch: once both have agreed, the alert is about a record")
{
    Conversation server = failed_by(Side::server, "protocol_version");
    CHECK(play(version_mismatch, server).empty());
    Conversation client = answered();
    client_flight(client);
    end(client, Side::client, EndReason::alert, "protocol_version");
    CHECK(play(version_mismatch, client).empty());
    Conversation before = failed_by(Side::client, "protocol_version");
    CHECK(play(version_mismatch, before).size() == 1);
}

TEST_CASE("version_mismatch: after the client's flight the version is agreed on")
{
    Conversation late = answered(0x0304);
    end(late, Side::client, EndReason::alert, "protocol_version");
    CHECK(play(version_mismatch, late).size() == 1); // before its flight
    late.ending.stage = Stage::client_flight;        // it answers bytes that are no record
    CHECK(play(version_mismatch, late).empty());
    Conversation plain = answered(0x0304);
    end(plain, Side::client, EndReason::alert, "protocol_version");
    plain.plain_after[Side::server] = seen(11, NotTls{{'5', '0', '0', ' '}});
    CHECK(play(version_mismatch, plain).empty());
}
