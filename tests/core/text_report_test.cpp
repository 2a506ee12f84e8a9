// Tests the text report against its golden output, and how it is wrapped.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/summaries.hpp"

using namespace tlsdiag;

static std::string report(const std::vector<Summary> &summaries, const std::vector<std::string> &notes = {})
{
    TextReport parts;
    std::string text;
    for (const Summary &summary : summaries)
        text += parts.add(summary);
    return text + parts.end(notes);
}

static Summary with_outcome(std::uint32_t number, Outcome outcome)
{
    Summary summary = samples::completed(number);
    summary.verdict.outcome = outcome;
    return summary;
}

TEST_CASE("The report has a block for each problem, then counts")
{
    Summary expired = samples::completed(1);
    expired.findings = {
        samples::finding("expired", 7, Party::server, Certainty::proven,
                         "expired 2026-10-31 23:59:59 UTC, 19 days before this frame: \"CN=host.test.example\"")};
    expired.findings[0].remedy = "Renew the server's certificate.";
    Summary unexplained = with_outcome(4, Outcome::failed);
    unexplained.transport = Transport::quic;
    unexplained.sni.clear();
    unexplained.version = 0;
    unexplained.seconds = -1;
    unexplained.verdict.sentence = "The handshake failed, and the packets do not show why.";
    Summary abandoned = with_outcome(3, Outcome::abandoned);
    abandoned.findings = {
        samples::finding("client_abandoned", 30, Party::client, Certainty::strong, "closed 0.2 s after the SYN")};

    CHECK(matches_golden("report.txt",
                         report({samples::refused_client(0), expired, samples::completed(2), abandoned, unexplained,
                                 with_outcome(5, Outcome::unfinished)},
                                {"There is no system trust store on this machine: chains are judged without one."})));
}

TEST_CASE("A report without problems is one line, and says what was looked at")
{
    CHECK(report({samples::completed(0)}) == "No problem found in 1 conversation: 1 completed.\n");
    CHECK(report({samples::completed(0), with_outcome(1, Outcome::unseen), with_outcome(2, Outcome::abandoned)}) ==
          "No problem found in 3 conversations: 1 completed, 1 abandoned by the client, 1 unseen (the capture cannot "
          "tell).\n");
}

TEST_CASE("A note is no problem, but is counted")
{
    Summary summary = samples::completed(0);
    summary.findings = {samples::finding("ca_list_empty", 5, Party::server, Certainty::proven, "0 names")};
    const std::string text = report({summary});
    CHECK(text.find("No problem found in 1 conversation") == 0);
    CHECK(text.find("ca_list_empty") != std::string::npos);
    CHECK(text.find("host.test.example") == std::string::npos);
}

TEST_CASE("A capture without TLS has a report of one line")
{
    const std::string text = report({});
    CHECK(text.find("No TLS") == 0);
    CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("A failure without any finding has its block")
{
    Summary summary = with_outcome(7, Outcome::failed);
    summary.verdict.sentence = "The handshake failed, and the packets do not show why.";
    const std::string text = report({summary});
    CHECK(text.find("Conversation 7") == 0);
    CHECK(text.find(summary.verdict.sentence) != std::string::npos);
}

TEST_CASE("The cause stands before the symptoms, whatever came first on the wire")
{
    Summary summary = samples::refused_client(0);
    std::swap(summary.findings[0], summary.findings[1]);
    const std::string text = report({summary});
    const std::size_t cause = text.find("missing_intermediate: frame 9, client at fault, proven, the cause\n");
    const std::size_t alert = text.find("fatal_alert: frame 12, server at fault, proven\n");
    REQUIRE(cause != std::string::npos);
    REQUIRE(alert != std::string::npos);
    CHECK(cause < alert);
}

TEST_CASE("A handshake's time is told in a unit that fits")
{
    const auto told = [](double seconds) {
        Summary summary = samples::refused_client(0);
        summary.seconds = seconds;
        const std::string text = report({summary});
        const std::size_t begin = text.find(", handshake ");
        return begin == std::string::npos ? "" : text.substr(begin, text.find('\n', begin) - begin);
    };
    CHECK(told(0.00049) == ", handshake 0.49 ms");
    CHECK(told(3.25) == ", handshake 3.3 s");
    CHECK(told(-1) == "");
}

TEST_CASE("No line of prose is wider than 100 columns, counted in characters")
{
    Summary summary = samples::refused_client(0);
    summary.verdict.sentence.clear();
    for (int word = 0; word < 60; ++word)
        summary.verdict.sentence += "sch\u00f6n ";
    const std::string text = report({summary});
    std::size_t columns = 0, widest = 0;
    for (const char byte : text) {
        columns = byte == '\n' ? 0 : columns + ((static_cast<unsigned char>(byte) & 0xc0) != 0x80);
        widest = std::max(widest, columns);
    }
    CHECK(widest <= 100);
    CHECK(widest > 95); // the width is used
}

TEST_CASE("A list of many conversations is cut")
{
    std::vector<Summary> summaries;
    for (std::uint32_t number = 0; number < 1'200; ++number)
        summaries.push_back(with_outcome(number, Outcome::abandoned));
    for (Summary &summary : summaries)
        summary.findings = {samples::finding("client_abandoned", 5, Party::client, Certainty::strong, "")};
    CHECK(report(summaries).find("1,200 in conversations 0, 1, 2, 3, 4, 5, 6, 7, ...\n") != std::string::npos);
}

TEST_CASE("The report's lines are as wide as there is room")
{
    Summary failed = with_outcome(0, Outcome::failed);
    failed.verdict.sentence = std::string(60, 'x') + ' ' + std::string(30, 'y');
    const auto has = [&](const TextReport &narrow_or_not, std::string_view words) {
        TextReport one = narrow_or_not;
        return one.add(failed).find(words) != std::string::npos;
    };
    const std::string indent(14, ' ');
    CHECK(has(TextReport{72}, "x\n" + indent + 'y'));
    CHECK(has(TextReport{104}, "x\n" + indent + 'y'));
    CHECK(has(TextReport{105}, "x y"));
}
