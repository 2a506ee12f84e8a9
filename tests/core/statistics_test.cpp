// Tests the statistics: the tables and the inventory.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/statistics.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/summaries.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

using namespace tlsdiag;

static Certificate certificate(const std::string &name, const std::string &digest, Time not_after)
{
    Certificate made;
    made.readable = true;
    made.fingerprint = "fp-" + name;
    made.subject_text = "CN=" + name;
    made.issuer_text = "CN=Lab Issuing CA, O=Lab";
    made.key_algorithm = "RSA";
    made.key_bits = 2048;
    made.signature_algorithm = digest + "WithRSAEncryption";
    made.not_before = samples::start - 86'400 * second;
    made.not_after = not_after;
    return made;
}

static Summary with_facts(Summary summary, const ConversationMetrics &facts)
{
    summary.metrics = std::make_shared<const ConversationMetrics>(facts);
    return summary;
}

static ConversationMetrics of_tls12(const Certificate *leaf)
{
    ConversationMetrics facts;
    facts.durations = {0.010, 0.040, 0.051, 0.004, 0.006, 0.030};
    facts.hello_seen = true;
    facts.group = Group{0x0017};
    facts.chain[Side::server] = {leaf};
    facts.bytes[Side::client] = 1'500;
    facts.bytes[Side::server] = 2'000'000;
    return facts;
}

static ConversationMetrics of_tls13()
{
    ConversationMetrics facts;
    facts.durations = {0.0101, 2.5, 2.511, 2.4, 0.01, 0.02};
    facts.hello_seen = true;
    facts.group = Group{0x11ec};
    facts.offers_post_quantum = facts.hides_certificates = true;
    facts.bytes[Side::server] = 900;
    return facts;
}

static Summary old_client(std::uint32_t number, std::uint8_t client)
{
    static const Certificate leaf = certificate("old.test.example", "sha1", samples::start + 30 * 86'400 * second);
    ConversationMetrics facts = of_tls12(&leaf);
    facts.group.reset();
    facts.depends_on = {Side::client, Side::server, Side::server};
    Summary summary = with_facts(samples::completed(number), facts);
    summary.client = samples::ipv4(client, 40'000);
    summary.server = samples::ipv4(9, 443);
    summary.sni = "old.test.example";
    summary.version = 0x0301;
    summary.cipher_suite = 0x002f;
    return summary;
}

static Statistics sample()
{
    static const Certificate leaf = certificate("host.test.example", "sha256", samples::start - 2 * 86'400 * second);
    Statistics statistics;
    statistics.add(with_facts(samples::refused_client(0), of_tls12(&leaf)));
    statistics.add(with_facts(samples::completed(1), of_tls13()));
    statistics.add(with_facts(samples::completed(2), of_tls13()));
    statistics.add(old_client(3, 50));
    statistics.add(old_client(4, 51));
    PlainTraffic plain;
    plain.add(10, {samples::ipv4(3, 80), 12'345});
    plain.add(11, {samples::ipv4(3, 80), 12'345});
    plain.add(12, {samples::ipv4(3, 81), 0});
    plain.add(13, {samples::ipv4(3, 443), 2'400, true});
    statistics.add(plain);
    return statistics;
}

TEST_CASE("The table counts findings, outcomes and times")
{
    CHECK(matches_golden("table.txt", table_text(sample())));
}

TEST_CASE("The inventory says what is protected, how and by whom, and what is not")
{
    CHECK(matches_golden("inventory.txt", inventory_text(sample())));
}

static std::vector<nlohmann::ordered_json> lines(const std::string &text)
{
    std::vector<nlohmann::ordered_json> all;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);)
        all.push_back(nlohmann::ordered_json::parse(line));
    return all;
}

TEST_CASE("The inventory as JSON has a line for each server and name, each port, and the whole")
{
    std::string indented;
    for (const auto &line : lines(inventory_json(sample())))
        indented += line.dump(2) + '\n';
    CHECK(matches_golden("inventory.json", indented));
}

TEST_CASE("Nothing at all is said as such")
{
    CHECK(table_text({}).find("No TLS conversation found") == 0);
    CHECK(inventory_text({}) == "No TLS conversation, or none that matches the filter.\n");
    REQUIRE(lines(inventory_json({})).size() == 1);
    CHECK(lines(inventory_json({}))[0]["tcp_without_data"].is_null());
    Statistics whole;
    whole.add(PlainTraffic{});
    CHECK(inventory_text(whole) == "No TLS conversation.\n");
    CHECK(lines(inventory_json(whole))[0]["tcp_without_data"] == 0);
}

TEST_CASE("Whoever did not ask for a name is told from whom nobody heard")
{
    static const Certificate leaf = certificate("host.test.example", "sha256", samples::start);
    ConversationMetrics facts = of_tls12(&leaf);
    Summary summary = with_facts(samples::completed(0), facts);
    summary.sni.clear();
    Statistics statistics;
    statistics.add(summary);
    facts.hello_seen = false;
    summary.metrics = std::make_shared<const ConversationMetrics>(facts);
    statistics.add(summary);
    REQUIRE(statistics.served().size() == 2);
    CHECK(statistics.served()[0].name_text() == "(no server name)");
    CHECK(statistics.served()[1].name_text() == "(ClientHello not captured)");
}

TEST_CASE("Without facts there is no inventory, and the rest is counted")
{
    Statistics statistics;
    statistics.add(samples::refused_client(0));
    CHECK(statistics.served().empty());
    CHECK(statistics.findings().size() == 2);
    CHECK(statistics.servers().size() == 1);
}

TEST_CASE("A spread has the nearest rank")
{
    Spread spread;
    CHECK(spread.at(0.5) < 0);
    for (const double value : {5.0, 1.0, -1.0, 4.0, 2.0, 3.0})
        spread.add(value);
    CHECK(spread.count() == 5);
    CHECK(spread.at(0) == 1.0);
    CHECK(spread.at(0.5) == 3.0);
    CHECK(spread.at(0.95) == 5.0);
    CHECK(spread.at(1) == 5.0);
    spread.add(0.5); // after the first query
    spread.add(6.0);
    CHECK(spread.at(0) == 0.5);
    CHECK(spread.at(1) == 6.0);
    Spread twenty;
    for (int i = 1; i <= 20; ++i)
        twenty.add(i);
    CHECK(twenty.at(0.95) == 19.0);
}

TEST_CASE("What fails does not stop working")
{
    Statistics statistics;
    Summary failed = old_client(0, 50);
    failed.verdict.outcome = Outcome::failed;
    statistics.add(failed);
    CHECK(statistics.rows(Sheet::legacy) == 0);
    CHECK(statistics.served().front().connections == 1);
    statistics.add(old_client(1, 50));
    CHECK(statistics.rows(Sheet::legacy) == 3);
}

TEST_CASE("A conversation changes its own rows only")
{
    Statistics statistics = sample();
    statistics.add(old_client(5, 52));
    CHECK(statistics.changed(Sheet::findings).empty());
    CHECK(statistics.changed(Sheet::servers) == std::vector<std::size_t>{1});
    CHECK(statistics.changed(Sheet::inventory) == std::vector<std::size_t>{1});
    CHECK(statistics.changed(Sheet::legacy).size() == 3);
    for (std::size_t sheet = 0; sheet < sheets; ++sheet) {
        const auto which = static_cast<Sheet>(sheet);
        for (std::size_t row = 0; row < statistics.rows(which); ++row)
            CHECK(statistics.row(which, row).size() == columns(which).size());
    }
}

TEST_CASE("Servers, names and certificates without end take bounded memory, and what is left out is said")
{
    Statistics statistics;
    Summary summary = with_facts(samples::completed(0), of_tls13());
    for (std::size_t i = 0; i < Statistics::max_servers + 7; ++i) {
        summary.sni = "host" + std::to_string(i) + ".test.example";
        summary.server.port = static_cast<std::uint16_t>(i);
        statistics.add(summary);
    }
    CHECK(statistics.served().size() == Statistics::max_servers);
    CHECK(statistics.servers().size() == Statistics::max_servers);
    CHECK(statistics.unlisted() == 7);
    const std::string text = inventory_text(statistics);
    CHECK(text.find("and 9,000 more servers and names: json,inventory lists them") != std::string::npos);
    CHECK(text.find("and 7 conversations with servers beyond the first 10,000") != std::string::npos);
    CHECK(lines(inventory_json(statistics)).back().at("conversations_unlisted") == 7);
    CHECK(table_text(statistics).find("and 9,900 more") != std::string::npos);

    Tally tally;
    for (std::size_t i = 0; i < 2 * Tally::max_texts; ++i)
        tally.add("text" + std::to_string(i));
    CHECK(tally.counts().size() == Tally::max_texts);
    CHECK(tally.others() == Tally::max_texts);
    CHECK(tally.names(2) == "text0, text1, and more than 30 more");
}

TEST_CASE("A tally names the most frequent first")
{
    Tally tally;
    for (const char *text : {"b", "a", "c", "c"})
        tally.add(text);
    CHECK(tally.text() == "c (2), a (1), b (1)");
    CHECK(tally.names(2) == "c, a, and 1 more");
}
