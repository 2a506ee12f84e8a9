// Prints the catalogue for people (docs/diagnoses.md: `markdown`) or for programs (docs/catalogue.json: `json`).
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/product_hints.hpp"
#include "core/door/tlsdiag.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>
#include <span>
#include <string_view>
#include <vector>

// The name of a side in a heading: "fault client" is the client if the client is at fault.
static std::string whose(const tlsdiag::ProductNote &note)
{
    std::string text;
    for (const std::string_view word : note.where) {
        text += text.empty() ? "" : ", ";
        text += word == "fault" ? "at fault" : word == "other" ? "its peer" : word == "ender" ? "who ends it" : word;
    }
    return text + (note.when == "completed" ? "; the handshake completes" : "");
}

static void write_notes(std::string_view id)
{
    const auto [begin, end] = tlsdiag::product_notes().equal_range(id);
    if (begin == end)
        return;
    std::cout << "\n| product | side | log message | fix | source |\n|---|---|---|---|---|\n";
    for (auto row = begin; row != end; ++row) {
        const tlsdiag::ProductNote &note = row->second;
        const std::string alert = note.alert.empty() ? "" : " (" + std::string{note.alert} + ")";
        std::cout << "| " << note.product << alert << " | " << whose(note) << " | " << note.log << " | " << note.fix
                  << " | " << note.source << " |\n";
    }
}

static void write_markdown(std::span<const tlsdiag_diagnosis> catalogue)
{
    std::cout
        << "<!-- SPDX-License-Identifier: GPL-2.0-or-later -->\n"
           "<!-- Generated from the catalogue (cmake --build build/release --target docs): do not edit. -->\n"
           "# Diagnoses\n\n"
           "An *error* applies only to a handshake that failed, or to a fatal alert. A *warning* is a fault that some "
           "peers\ntolerate. A *note* is worth knowing. A diagnosis marked *at the end* depends on silence or on the "
           "end of the\ncapture, so one-pass `tshark -Y` cannot show it. The product tables list the log messages of "
           "each product, and the\nsetting that fixes the problem there.\n\n"
           "| id | severity | |\n|---|---|---|\n";
    for (const auto &diagnosis : catalogue) {
        std::cout << "| [" << diagnosis.id << "](#" << diagnosis.id << ") | " << diagnosis.severity
                  << (diagnosis.at_end ? ", at the end" : "") << " | " << diagnosis.title << " |\n";
    }
    for (const auto &diagnosis : catalogue) {
        std::cout << "\n## " << diagnosis.id << "\n**" << diagnosis.title << "** (" << diagnosis.severity
                  << (diagnosis.at_end ? ", at the end" : "") << ")\n\n"
                  << "On the wire: " << diagnosis.wire << "\n\nRemedy: " << diagnosis.remedy << "\n\nSources:\n";
        for (auto source = diagnosis.sources; *source; ++source)
            std::cout << "- " << *source << '\n';
        write_notes(diagnosis.id);
    }
}

static nlohmann::ordered_json notes_json(std::string_view id)
{
    auto list = nlohmann::ordered_json::array();
    const auto [begin, end] = tlsdiag::product_notes().equal_range(id);
    for (auto row = begin; row != end; ++row) {
        const tlsdiag::ProductNote &note = row->second;
        list.push_back({{"product", note.product},
                        {"alert", note.alert},
                        {"side", whose(note)},
                        {"log", note.log},
                        {"fix", note.fix},
                        {"source", note.source}});
    }
    return list;
}

static void write_json(std::span<const tlsdiag_diagnosis> catalogue)
{
    auto list = nlohmann::ordered_json::array();
    for (const auto &diagnosis : catalogue) {
        std::vector<std::string> sources;
        for (auto source = diagnosis.sources; *source; ++source)
            sources.emplace_back(*source);
        list.push_back({{"id", diagnosis.id},
                        {"severity", diagnosis.severity},
                        {"at_end", diagnosis.at_end},
                        {"title", diagnosis.title},
                        {"wire", diagnosis.wire},
                        {"remedy", diagnosis.remedy},
                        {"sources", sources},
                        {"products", notes_json(diagnosis.id)}});
    }
    std::cout << list.dump(1) << '\n';
}

int main(int argc, char **argv)
{
    const std::string_view form = argc == 2 ? argv[1] : "";
    size_t count = 0;
    const auto *first = tlsdiag_catalogue(&count);
    if (form == "markdown")
        write_markdown({first, count});
    else if (form == "json")
        write_json({first, count});
    else {
        std::fputs("usage: catalogue_dump markdown|json\n", stderr);
        return 2;
    }
    return 0;
}
