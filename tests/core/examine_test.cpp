// Tests that a faulty analyzer affects only its own diagnosis, and that the text of a finding is bounded.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/examine.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"
#include "support/source_folder.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

using namespace tlsdiag;

static Diagnosis diagnosis(Findings (*examine)(const Conversation &, const Event &))
{
    Diagnosis made{};
    made.title = "Made for a test";
    made.triggers = EventKind::client_hello;
    made.examine = examine;
    return made;
}

static const Event hello_event{EventKind::client_hello, Side::client, {7, 0}};

TEST_CASE("an analyzer that throws leaves the findings as they were")
{
    Conversation c = builders::hello();
    const Diagnosis good = diagnosis([](const Conversation &, const Event &) { return Findings{Finding{}}; });
    examine_one(good, c, hello_event);
    REQUIRE(c.findings.size() == 1);
    examine_one(diagnosis([](const Conversation &, const Event &) -> Findings { throw std::runtime_error{"bad"}; }), c,
                hello_event);
    examine_one(diagnosis([](const Conversation &, const Event &) -> Findings { throw 42; }), c, hello_event);
    CHECK(c.findings.size() == 1);
    CHECK(c.findings[0].frame == 7);
}

TEST_CASE("a diagnosis is found once a conversation, or once for each side")
{
    Conversation c = builders::hello();
    Diagnosis both = diagnosis([](const Conversation &, const Event &) {
        Finding client, server;
        client.side = Party::client;
        server.side = Party::server;
        return Findings{client, server, client};
    });
    examine_one(both, c, hello_event);
    CHECK(c.findings.size() == 1);
    both.once_a_side = true;
    examine_one(both, c, hello_event);
    CHECK(c.findings.size() == 2);
}

TEST_CASE("alerts of both senders are found, though both are the same side's fault")
{
    Conversation c = builders::hello();
    Diagnosis alerts = diagnosis([](const Conversation &, const Event &) {
        Finding one, other;
        one.attributes = {SentAlert{48, Side::client}};
        other.attributes = {SentAlert{48, Side::server}};
        return Findings{one, other, one};
    });
    alerts.once_a_side = true;
    examine_one(alerts, c, hello_event);
    CHECK(c.findings.size() == 2);
}

TEST_CASE("evidence is sorted, without repetitions, and bounded, and text is harmless")
{
    Conversation c = builders::hello();
    const Diagnosis many = diagnosis([](const Conversation &, const Event &) {
        Finding finding;
        for (std::uint32_t frame = 500; frame > 0; --frame)
            finding.evidence.push_back(frame % 100);
        finding.detail = std::string(5'000, 'x') + "\x1b[31m";
        return Findings{finding};
    });
    examine_one(many, c, hello_event);
    REQUIRE(c.findings.size() == 1);
    const Finding &kept = c.findings[0];
    CHECK(kept.evidence.size() == max_evidence);
    CHECK(std::ranges::is_sorted(kept.evidence));
    CHECK(kept.evidence.front() == 1);
    CHECK(kept.detail.size() <= max_detail + 3);
}

TEST_CASE("the catalogue holds what each diagnosis must have")
{
    for (const Entry &entry : catalogue()) {
        INFO(entry.id);
        const Diagnosis &d = *entry.diagnosis;
        CHECK(id(d) == entry.id);
        CHECK(entry.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == entry.id.npos);
        CHECK((!d.title.empty() && d.title.size() <= 60 && d.title.back() != '.'));
        CHECK(!d.wire.empty());
        CHECK(!d.remedy.empty());
        CHECK(!d.sources[0].empty());
        CHECK(d.examine != nullptr);
        CHECK(d.triggers != EventKind::nothing);
    }
}

TEST_CASE("docs/reference.md lists what a single pass cannot show")
{
    std::ifstream file{source_folder() / "docs/reference.md"};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    REQUIRE(!page.empty());
    for (const Entry &entry : catalogue()) {
        INFO(entry.id);
        if (entry.diagnosis->at_end)
            CHECK(page.find('`' + std::string{entry.id} + '`') != page.npos);
    }
}

TEST_CASE("what a diagnosis claims, and what the capture lacks, limit its certainty")
{
    Diagnosis made = diagnosis([](const Conversation &, const Event &) { return Findings{Finding{}}; });
    const auto certainty = [&](Claim claim, bool gap) {
        made.claim = claim;
        Conversation c = builders::hello();
        c.gaps.gap_open = gap;
        examine_one(made, c, hello_event);
        return c.findings.at(0).certainty;
    };
    CHECK(certainty(Claim::presence, false) == Certainty::proven);
    CHECK(certainty(Claim::presence, true) == Certainty::proven);
    CHECK(certainty(Claim::absence, false) == Certainty::proven);
    CHECK(certainty(Claim::absence, true) == Certainty::guess);
    CHECK(certainty(Claim::refusal, false) == Certainty::strong);
    CHECK(certainty(Claim::ending, false) == Certainty::guess);

    // Over UDP, a server that is down sends nothing; over TCP, it was not captured.
    made.claim = Claim::absence;
    for (const Transport transport : {Transport::tcp, Transport::dtls, Transport::quic}) {
        Conversation c = builders::hello();
        c.transport = transport;
        c.gaps.direction_missing[Side::server] = true;
        examine_one(made, c, hello_event);
        CHECK(c.findings.at(0).certainty == (transport == Transport::tcp ? Certainty::guess : Certainty::proven));
    }
}
