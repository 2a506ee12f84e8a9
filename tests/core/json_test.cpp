// Tests the JSON line of a conversation.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/summary.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "report/report.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/summaries.hpp"

#include <nlohmann/json.hpp>

#include <limits>

using namespace tlsdiag;

TEST_CASE("A conversation is one line of JSON, its keys in the contract's order")
{
    const std::string line = json_line(samples::refused_client(3));
    CHECK(line.find('\n') == std::string::npos);
    // The golden file is indented to be readable; ordered_json keeps the order of the line.
    CHECK(matches_golden("conversation.json", nlohmann::ordered_json::parse(line).dump(4) + '\n'));
}

TEST_CASE("What is absent is null in JSON")
{
    Summary summary;
    summary.transport = Transport::eap;
    summary.first = {7, -1};
    const auto json = nlohmann::json::parse(json_line(summary));
    for (const char *key : {"stream", "client", "server", "sni", "version", "cipher", "seconds", "cause"}) {
        INFO(key);
        CHECK(json.at(key).is_null());
    }
    CHECK(json.at("proto") == "eap");
    CHECK(json.at("time") == "1969-12-31T23:59:59.999999Z");
    CHECK(json.at("client_auth") == "unknown");
    CHECK(json.at("outcome") == "unseen");
    CHECK(json.at("findings").empty());
}

TEST_CASE("The stream's protocol follows what carries TLS")
{
    const auto proto = [](Transport transport, std::optional<std::uint32_t> stream) {
        Summary summary = samples::completed(0);
        summary.transport = transport;
        summary.stream = stream;
        return nlohmann::json::parse(json_line(summary)).at("proto").get<std::string>();
    };
    CHECK(proto(Transport::tcp, 1) == "tcp");
    CHECK(proto(Transport::dtls, 1) == "udp");
    CHECK(proto(Transport::quic, 1) == "udp");
    CHECK(proto(Transport::eap, 1) == "udp"); // in RADIUS
    CHECK(proto(Transport::eap, std::nullopt) == "eap");
}

TEST_CASE("Text that is no UTF-8 does not cost the line")
{
    Summary summary = samples::completed(0);
    summary.sni = "\xff\xfe\"\\";
    CHECK(nlohmann::json::parse(json_line(summary)).at("sni") == "\xef\xbf\xbd\xef\xbf\xbd\"\\");
}
