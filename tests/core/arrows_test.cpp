// Tests the arrows of a ladder in Wireshark's flow graph.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/arrows.hpp"
#include "support/catch.hpp"

using namespace tlsdiag;

static Ladder::Row row(std::uint32_t frame, const char *label, Ladder::Kind kind = Ladder::Kind::message)
{
    Ladder::Row one;
    one.kind = kind;
    one.frame = one.last_frame = frame;
    one.label = label;
    return one;
}

static Ladder::Finding finding(const char *id, const char *severity, const char *detail)
{
    Ladder::Finding one;
    one.id = id;
    one.severity = severity;
    one.detail = detail;
    one.is_problem = one.severity != "note";
    return one;
}

// A server that becomes silent after two messages in one frame.
static Ladder stalled()
{
    Ladder ladder;
    ladder.outcome = "failed";
    ladder.verdict = "The server fell silent.";
    ladder.rows = {row(4, "ClientHello"), row(0, "1.5 s of silence", Ladder::Kind::silence), row(6, "ServerHello"),
                   row(6, "Certificate"), row(0, "60 s of silence", Ladder::Kind::silence)};
    ladder.rows[0].words = {"for a.example", "TLS 1.2"};
    ladder.rows[3].from = Ladder::Lane::server;
    ladder.findings = {finding("no_san", "note", "no name"), finding("expired", "warning", "since 2020"),
                       finding("handshake_stalled", "error", "60 s")};
    ladder.rows[3].findings = {0, 1};
    ladder.rows[4].findings = {2};
    return ladder;
}

TEST_CASE("arrows: those of a frame, and nothing where no row begins")
{
    const Ladder ladder = stalled();
    CHECK(arrows_of(ladder, 1, 0).empty());
    CHECK(arrows_of(ladder, 0, 0).empty());
    const auto arrows = arrows_of(ladder, 4, 0);
    REQUIRE(arrows.size() == 1);
    CHECK(arrows[0].label == "ClientHello");
    CHECK(arrows[0].comment == "ClientHello: for a.example; TLS 1.2");
    CHECK(arrows[0].severity.empty());
}

TEST_CASE("arrows: a silence is told with the next row, and what only the end can tell with the last")
{
    const auto arrows = arrows_of(stalled(), 6, 6);
    REQUIRE(arrows.size() == 2);
    CHECK(arrows[0].comment == "ServerHello: 1.5 s of silence");
    CHECK(arrows[1].from == Ladder::Lane::server);
    CHECK(arrows[1].label == "Certificate [handshake_stalled]");
    CHECK(arrows[1].severity == "error");
    CHECK(arrows[1].comment == "failed: The server fell silent. | no_san: no name | expired: since 2020 | "
                               "handshake_stalled: 60 s | Certificate");
}

TEST_CASE("arrows: a note is no label")
{
    Ladder ladder = stalled();
    ladder.rows[3].findings = {0};
    ladder.rows.pop_back();
    const auto arrows = arrows_of(ladder, 6, 0);
    CHECK(arrows[1].label == "Certificate");
    CHECK(arrows[1].severity == "note");
}

TEST_CASE("arrows: the verdict comes with the row at its frame, or the last before it")
{
    const Ladder ladder = stalled();
    CHECK(arrows_of(ladder, 4, 5)[0].comment.starts_with("failed: "));
    CHECK(arrows_of(ladder, 6, 5)[1].comment.starts_with("no_san: "));
    CHECK(arrows_of(ladder, 6, 9)[1].comment.starts_with("failed: "));
}

TEST_CASE("arrows: what ends the connection is bad without any finding, and what was lost or goes on says so")
{
    Ladder ladder;
    ladder.rows = {row(7, "TCP RST"), row(8, "sent again"), row(9, "3 records")};
    ladder.rows[0].breaks = true;
    ladder.rows[1].lost = true;
    ladder.rows[2].last_frame = 12;
    CHECK(arrows_of(ladder, 7, 0)[0].severity == "error");
    CHECK(arrows_of(ladder, 8, 0)[0].label == "sent again (lost)");
    CHECK(arrows_of(ladder, 9, 0)[0].comment == "3 records: frames 9 to 12");
}
