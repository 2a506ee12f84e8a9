// The ladder as JSON, schema 1.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/ladder_json.hpp"

#include "core/base/time_text.hpp"

#include <string_view>

namespace tlsdiag {

using Json = nlohmann::ordered_json;

static std::string_view name(Ladder::Kind kind)
{
    switch (kind) {
    case Ladder::Kind::message:
        return "message";
    case Ladder::Kind::encrypted:
        return "encrypted";
    case Ladder::Kind::plain:
        return "plain";
    case Ladder::Kind::transport:
        return "transport";
    case Ladder::Kind::again:
        return "again";
    case Ladder::Kind::missing:
        return "missing";
    case Ladder::Kind::silence:
        return "silence";
    case Ladder::Kind::note:
        break;
    }
    return "note";
}

static bool has_sender(Ladder::Kind kind)
{
    return kind != Ladder::Kind::silence && kind != Ladder::Kind::note;
}

// Absent and false values are left out.
static Json row_json(const Ladder::Row &row)
{
    Json json{{"kind", name(row.kind)}};
    if (has_sender(row.kind))
        json["from"] = row.from == Ladder::Lane::client ? "client" : "server";
    if (row.frame != 0)
        json["frame"] = row.frame;
    if (row.last_frame != row.frame)
        json["last_frame"] = row.last_frame;
    json["seconds"] = in_microseconds(row.seconds);
    if (row.kind == Ladder::Kind::silence)
        json["pause"] = in_microseconds(row.pause);
    json["label"] = row.label;
    if (!row.words.empty())
        json["words"] = row.words;
    for (const auto &[key, flag] :
         {std::pair{"decrypted", row.decrypted}, std::pair{"breaks", row.breaks}, std::pair{"lost", row.lost}})
        if (flag)
            json[key] = true;
    if (!row.findings.empty())
        json["findings"] = row.findings;
    return json;
}

Json ladder_json(const Ladder &ladder)
{
    Json json{{"schema", 1},
              {"protocol", ladder.protocol},
              {"filter", ladder.filter.empty() ? Json(nullptr) : Json(ladder.filter)},
              {"facts", Json::array()},
              {"rows", Json::array()}};
    for (const Ladder::Property &property : ladder.properties)
        json["facts"].push_back({{"name", property.name}, {"text", property.text}});
    for (const Ladder::Row &row : ladder.rows)
        json["rows"].push_back(row_json(row));
    return json;
}

} // namespace tlsdiag
