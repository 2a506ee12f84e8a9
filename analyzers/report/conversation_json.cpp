// A conversation as one line of JSON, schema 1.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/base/time_text.hpp"
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/summary.hpp"
#include "render/ladder_json.hpp"
#include "report/report.hpp"

#include <nlohmann/json.hpp>

namespace tlsdiag {

using Json = nlohmann::ordered_json;

static Json text_or_null(std::string_view text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

static Json address_or_null(const Endpoint &endpoint)
{
    return endpoint.address_length == 0 ? Json(nullptr) : Json(endpoint_text(endpoint));
}

// Absent values are left out, because hints were added after schema 1.
static Json hint_json(const Hint &hint)
{
    Json json{{"product", hint.product}, {"side", name(hint.side)}};
    for (const auto &[key, text] : {std::pair<const char *, std::string_view>{"evidence", hint.evidence},
                                    {"log", hint.log},
                                    {"fix", hint.fix},
                                    {"source", hint.source}}) {
        if (!text.empty())
            json[key] = text;
    }
    return json;
}

static Json finding_json(const Finding &finding)
{
    Json json{
        {"id", id(*finding.diagnosis)},
        {"frame", finding.frame},
        {"severity", name(finding.diagnosis->severity)},
        {"side", name(finding.side)},
        {"certainty", name(finding.certainty)},
        {"detail", finding.detail},
        {"remedy", remedy_of(finding)},
        {"evidence", finding.evidence},
    };
    if (const auto *alert = attribute<SentAlert>(finding))
        json["alert"] = alert_name(alert->description);
    for (const Hint &hint : finding.hints)
        json["hints"].push_back(hint_json(hint));
    return json;
}

static Json conversation_json(const Summary &summary)
{
    const Verdict &verdict = summary.verdict;
    Json json{
        {"schema", 1},
        {"conversation", summary.number},
        {"proto", stream_protocol(summary)},
        {"stream", summary.stream ? Json(*summary.stream) : Json(nullptr)},
        {"client", address_or_null(summary.client)},
        {"server", address_or_null(summary.server)},
        {"time", utc_text(summary.first.time)},
        {"sni", text_or_null(summary.sni)},
        {"version", text_or_null(version_text(summary))},
        {"cipher", text_or_null(cipher_text(summary))},
        {"client_auth", name(summary.client_auth)},
        {"first_frame", summary.first.frame},
        {"last_frame", summary.last.frame},
        {"seconds", summary.seconds < 0 ? Json(nullptr) : Json(in_microseconds(summary.seconds))},
        {"outcome", name(verdict.outcome)},
        {"cause", verdict.cause ? Json(id(*verdict.cause)) : Json(nullptr)},
        {"certainty", name(verdict.certainty)},
        {"verdict", sentence(summary)},
        {"findings", Json::array()},
    };
    for (const Finding &finding : summary.findings)
        json["findings"].push_back(finding_json(finding));
    return json;
}

// All text in a summary is already valid UTF-8; should it ever not be, a line with replaced bytes beats an exception.
static std::string line_of(const Json &json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string json_line(const Summary &summary)
{
    return line_of(conversation_json(summary));
}

std::string json_line(const Summary &summary, const Ladder &ladder)
{
    Json json = conversation_json(summary);
    json["ladder"] = ladder_json(ladder);
    return line_of(json);
}

} // namespace tlsdiag
