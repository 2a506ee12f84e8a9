// The inventory as lines of JSON, schema 1. To merge the lines of several captures, add their numbers.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/time_text.hpp"
#include "core/diagnosis/summary.hpp"
#include "report/statistics.hpp"

#include <nlohmann/json.hpp>

namespace tlsdiag {

using Json = nlohmann::ordered_json;

static Json tally_json(const Tally &tally)
{
    Json json = Json::object();
    for (const auto &[text, count] : tally.counts())
        json[text] = count;
    if (tally.others() > 0)
        json["(others)"] = tally.others();
    return json;
}

static Json certificates_json(const Served &served)
{
    Json json = Json::object();
    for (const auto &[fingerprint, one] : served.certificates)
        json[fingerprint] = {{"subject", one.subject},
                             {"issuer", one.issuer},
                             {"key", one.key},
                             {"signature", one.signature},
                             {"not_before", utc_text(one.not_before)},
                             {"not_after", utc_text(one.not_after)},
                             {"connections", one.connections}};
    return json;
}

static Json legacy_json(const Served &served)
{
    Json json = Json::object();
    for (std::size_t i = 0; i < legacies; ++i) {
        const Dependence &one = served.legacy[i];
        json[std::string{name(static_cast<Legacy>(i))}] = {{"client_has_no_other", one.by_client},
                                                           {"server_chose", one.by_server},
                                                           {"clients", tally_json(one.clients)}};
    }
    return json;
}

static Json served_json(const Served &served)
{
    return {{"schema", 1},
            {"kind", "server"},
            {"over", served.proto},
            {"server", served.server},
            {"name", served.name.empty() ? Json(nullptr) : Json(served.name)},
            {"hello_seen", served.hello_seen},
            {"first", utc_text(served.first)},
            {"last", utc_text(served.last)},
            {"connections", served.connections},
            {"completed", served.completed},
            {"resumed", served.resumed},
            {"bytes_by_client", served.bytes[Side::client]},
            {"bytes_by_server", served.bytes[Side::server]},
            {"outcomes", tally_json(served.outcomes)},
            {"versions", tally_json(served.versions)},
            {"ciphers", tally_json(served.suites)},
            {"groups", tally_json(served.groups)},
            {"post_quantum", served.post_quantum},
            {"post_quantum_offered", served.offered_post_quantum},
            {"client_auth", tally_json(served.client_auth)},
            {"client_issuers", tally_json(served.client_issuers)},
            {"certificates", certificates_json(served)},
            {"certificates_encrypted", served.hidden_certificates},
            {"certificates_unlisted", served.more_certificates},
            {"certificates_unseen", served.unseen_certificates},
            {"depends_on", legacy_json(served)}};
}

static Json plain_json(const PlainPort &port)
{
    return {{"schema", 1},
            {"kind", "plain"},
            {"port", port.port},
            {"connections", port.connections},
            {"under_way", port.under_way},
            {"bytes", port.bytes},
            {"servers", tally_json(port.servers)}};
}

static std::string line(const Json &json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string inventory_json(const Statistics &statistics)
{
    std::string text;
    for (const Served &served : statistics.served())
        text += line(served_json(served));
    for (const PlainPort &port : statistics.plain())
        text += line(plain_json(port));
    const auto without_data = statistics.without_data();
    return text + line({{"schema", 1},
                        {"kind", "total"},
                        {"conversations", statistics.conversations()},
                        {"completed", statistics.completed()},
                        {"conversations_unlisted", statistics.unlisted()},
                        {"tcp_without_data", without_data ? Json(*without_data) : Json(nullptr)}});
}

} // namespace tlsdiag
