// Fuzzes the renderers with any facts about any conversations and any bytes as text from the wire: the output must be
// sane text and valid JSON.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/product_hints.hpp"
#include "report/report.hpp"

#include "sane_text.hpp"

#include <nlohmann/json.hpp>

using namespace tlsdiag;

static std::string text(Reader &reader)
{
    return printable(reader.vector8().rest());
}

static Endpoint endpoint(Reader &reader)
{
    constexpr std::uint8_t lengths[] = {0, 4, 6, 16};
    Endpoint end;
    end.address_length = lengths[reader.u8() % 4];
    const Bytes address = reader.take(std::min<std::size_t>(end.address_length, reader.left()));
    std::copy(address.begin(), address.end(), end.address.begin());
    end.port = reader.u16();
    return end;
}

static Finding finding(Reader &reader)
{
    Finding one;
    const auto entries = catalogue();
    one.diagnosis = entries[reader.u8() % entries.size()].diagnosis;
    const std::uint8_t reason = reader.u8();
    one.side = Party{static_cast<std::uint8_t>(reason % 4)};
    one.certainty = Certainty{static_cast<std::uint8_t>(reason / 4 % 3)};
    one.frame = reader.u16();
    one.detail = text(reader);
    one.because = text(reader);
    for (int evidence = reason / 16; evidence > 0; --evidence)
        one.evidence.push_back(reader.u8());
    if (reason & 0x40)
        one.attributes = {SentAlert{reader.u8(), std::nullopt}};
    return one;
}

static Time time_of(Reader &reader)
{
    return static_cast<Time>(reader.u32()) * second + reader.u16() * 1'000;
}

static Summary summary(Reader &reader, std::uint32_t number)
{
    Summary one;
    const std::uint8_t reason = reader.u8(), ended = reader.u8();
    one.number = number;
    one.transport = Transport{static_cast<std::uint8_t>(reason % 4)};
    if (reason & 4)
        one.stream = reader.u16();
    one.client = endpoint(reader);
    one.server = endpoint(reader);
    one.first = {reader.u16(), time_of(reader)};
    one.last = {reader.u16(), time_of(reader)};
    one.sni = text(reader);
    one.version = reader.u16();
    if (reason & 8)
        one.cipher_suite = reader.u16();
    one.client_auth = ClientAuth{static_cast<std::uint8_t>(reason / 16 % 5)};
    one.resumed = reason & 0x80;
    one.seconds = (static_cast<double>(reader.u32()) - 1000) / 1000;
    one.verdict.outcome = Outcome{static_cast<std::uint8_t>(ended % 5)};
    one.verdict.certainty = Certainty{static_cast<std::uint8_t>(ended / 5 % 3)};
    one.verdict.sentence = text(reader);
    one.verdict.at = one.last;
    for (int findings = ended / 32; findings > 0; --findings)
        one.findings.push_back(finding(reader));
    if (!one.findings.empty() && ended & 16)
        one.verdict.cause = one.findings.front().diagnosis;
    if (ended & 8)
        one.ended_by = Side{static_cast<std::uint8_t>(ended & 1)};
    return one;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const Products products = [] {
        std::string error;
        return Products::parse("all", error);
    }();
    Reader reader{{data, size}};
    TextReport report;
    for (std::uint32_t number = 0; !reader.empty() && number < 8; ++number) {
        Summary one = summary(reader, number);
        add_hints(one, products);
        const std::string line = json_line(one);
        require_sane(line);
        require(nlohmann::json::accept(line));
        require_sane(text_line(one));
        require_sane_lines(report.add(one));
    }
    require_sane_lines(report.end({}));
    return 0;
}
