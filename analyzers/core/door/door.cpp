// Implements tlsdiag.h: the catalogue, events and results per frame. Each function guards against exceptions and only
// forwards.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/door/door.hpp"

#include "core/capture/dissected.hpp"
#include "core/diagnosis/catalogue.hpp"

#include <algorithm>

using namespace tlsdiag;

namespace {

Bytes bytes(const std::uint8_t *data, std::size_t size)
{
    return data ? Bytes{data, size} : Bytes{};
}

Settings settings(const tlsdiag_options *options)
{
    Settings chosen;
    if (options && options->trust_store && *options->trust_store)
        chosen.trust_store = options->trust_store;
    if (options && options->size_table)
        chosen.size_table = options->size_table;
    if (options && options->silence > 0 && options->silence < 1e6)
        chosen.silence = static_cast<Time>(options->silence * static_cast<double>(second));
    return chosen;
}

Products products(const tlsdiag_options *options, std::string &error)
{
    return Products::parse(options && options->products ? options->products : "", error);
}

FindingFilter finding_filter(const tlsdiag_options *options, std::string &error)
{
    const auto text = [](const char *list) { return std::string_view{list ? list : ""}; };
    return options ? FindingFilter::parse(text(options->hide), text(options->only), error) : FindingFilter{};
}

} // namespace

tlsdiag_capture::tlsdiag_capture(const tlsdiag_options *options) : capture{settings(options), &ladders}
{
    std::string error; // ignored here: tlsdiag_check() reports it
    products = ::products(options, error);
    finding_filter = ::finding_filter(options, error);
}

Summary tlsdiag_capture::summary(std::uint32_t conversation) const
{
    Summary told = without_hints(conversation);
    add_hints(told, products);
    return told;
}

Summary tlsdiag_capture::without_hints(std::uint32_t conversation) const
{
    Summary told = known().summary(conversation);
    finding_filter.apply(told);
    return told;
}

// Of an open conversation, as if it ended now.
Ladder tlsdiag_capture::ladder(const Summary &summary) const
{
    if (!known().is_open(summary.number))
        return ladders.of(summary);
    const HypotheticalEnd &end = known().end_of_open();
    return ladders.of(summary, end.tracker(summary.number).conversation(), end.until(summary.number));
}

// ---- The catalogue ----

namespace {

struct CataloguePage {
    std::string id, title, wire, remedy;
    std::vector<std::string> sources;
    std::vector<const char *> source_pointers;
};

struct CatalogueForC {
    CatalogueForC()
    {
        for (const Entry &entry : tlsdiag::catalogue()) {
            const Diagnosis &d = *entry.diagnosis;
            CataloguePage &page = pages.emplace_back();
            page = {std::string{entry.id}, std::string{d.title}, std::string{d.wire}, std::string{d.remedy}, {}, {}};
            for (const std::string_view source : d.sources)
                if (!source.empty())
                    page.sources.emplace_back(source);
            for (const std::string &source : page.sources)
                page.source_pointers.push_back(source.c_str());
            page.source_pointers.push_back(nullptr);
            diagnoses.push_back({page.id.c_str(), page.title.c_str(), name(d.severity).data(), page.wire.c_str(),
                                 page.remedy.c_str(), page.source_pointers.data(), d.at_end});
        }
    }
    std::list<CataloguePage> pages;
    std::vector<tlsdiag_diagnosis> diagnoses;
};

const CatalogueForC &catalogue_for_c()
{
    static const CatalogueForC pages;
    return pages;
}

} // namespace

const tlsdiag_diagnosis *tlsdiag_catalogue(size_t *count)
{
    *count = 0;
    return guarded<const tlsdiag_diagnosis *>(nullptr, [&] {
        const auto &diagnoses = catalogue_for_c().diagnoses;
        *count = diagnoses.size();
        return diagnoses.data();
    });
}

const char *tlsdiag_version(void)
{
    return TLSDIAG_VERSION;
}

// ---- A capture ----

const char *tlsdiag_check(const tlsdiag_options *options)
{
    static std::string wrong;
    return guarded<const char *>("the options could not be checked: out of memory", [&]() -> const char * {
        const Settings chosen = settings(options);
        wrong.clear();
        TrustStore::load(chosen.trust_store, wrong);
        if (wrong.empty() && !chosen.size_table.empty())
            ReceiverLimits::load(chosen.size_table, wrong);
        if (wrong.empty())
            products(options, wrong);
        if (wrong.empty())
            finding_filter(options, wrong);
        return wrong.empty() ? nullptr : wrong.c_str();
    });
}

tlsdiag_capture *tlsdiag_open(const tlsdiag_options *options)
{
    return guarded<tlsdiag_capture *>(nullptr, [&] { return new tlsdiag_capture(options); });
}

void tlsdiag_close(tlsdiag_capture *capture)
{
    delete capture;
}

// ---- Events ----

void tlsdiag_frame_begin(tlsdiag_capture *t, const tlsdiag_frame *frame)
{
    guarded([&] { t->batch.begin_frame(*frame); });
}

void tlsdiag_tcp(tlsdiag_capture *t, uint32_t stream, const uint8_t *header, size_t header_length,
                 const uint8_t *payload, size_t captured, size_t length)
{
    guarded([&] { t->batch.tcp(stream, bytes(header, header_length), bytes(payload, captured), length); });
}

void tlsdiag_datagram(tlsdiag_capture *t, uint32_t stream, const uint8_t *payload, size_t captured, size_t length)
{
    guarded([&] {
        t->batch.datagram(stream, bytes(payload, captured), length);
        t->dtls_streams.insert(stream);
    });
}

bool tlsdiag_wants_datagrams(const tlsdiag_capture *t, uint32_t stream)
{
    return t->dtls_streams.contains(stream);
}

static std::optional<std::uint32_t> stream_number(uint32_t stream)
{
    return stream == TLSDIAG_NO_STREAM ? std::nullopt : std::optional{stream};
}

void tlsdiag_radius(tlsdiag_capture *t, uint32_t stream, const uint8_t *packet, size_t captured)
{
    guarded([&] { t->batch.radius(stream_number(stream), bytes(packet, captured)); });
}

void tlsdiag_eap(tlsdiag_capture *t, uint32_t stream, const uint8_t *packet, size_t captured, size_t length)
{
    guarded([&] { t->batch.eap(stream_number(stream), bytes(packet, captured), length); });
}

void tlsdiag_quic(tlsdiag_capture *t, uint32_t stream, const uint8_t *packet, size_t captured, size_t)
{
    guarded([&] { t->batch.quic(stream, bytes(packet, captured)); });
}

void tlsdiag_openvpn(tlsdiag_capture *t, uint32_t stream, uint8_t type, const uint8_t *numbered, size_t captured)
{
    guarded([&] { t->batch.openvpn(stream, type, bytes(numbered, captured)); });
}

void tlsdiag_records(tlsdiag_capture *t, bool inner, const uint8_t *records, size_t captured)
{
    guarded([&] {
        t->inner_records |= inner;
        Bytes rest = bytes(records, captured);
        while (const auto record = whole_record(rest)) {
            t->batch.record(inner, *record);
            rest = rest.subspan(record->size());
        }
    });
}

bool tlsdiag_wants_records(const tlsdiag_capture *t, uint32_t stream)
{
    return guarded(true, [&] { return t->inner_records || t->known().wants_records(stream); });
}

void tlsdiag_message(tlsdiag_capture *t, const uint8_t *message, size_t captured)
{
    guarded([&] {
        if (const auto whole = whole_message(bytes(message, captured)))
            t->batch.message(*whole);
    });
}

void tlsdiag_dtls_message(tlsdiag_capture *t, const uint8_t *message, size_t captured)
{
    guarded([&] {
        if (const auto whole = whole_dtls_message(bytes(message, captured)))
            t->batch.message(whole->header, whole->body);
    });
}

void tlsdiag_alert(tlsdiag_capture *t, const uint8_t *alert, size_t captured)
{
    guarded([&] {
        Reader reader{bytes(alert, captured)};
        const std::uint8_t level = reader.u8(), description = reader.u8();
        if (reader.ok())
            t->batch.alert({level, description});
    });
}

void tlsdiag_quic_close(tlsdiag_capture *t, const uint8_t *error_code, size_t captured)
{
    guarded([&] {
        if (const auto closing = quic_closing(bytes(error_code, captured)))
            t->batch.quic_close(closing->code, closing->reason);
    });
}

void tlsdiag_icmp(tlsdiag_capture *t, bool v6, const uint8_t *packet, size_t captured)
{
    guarded([&] { t->batch.icmp(v6, bytes(packet, captured)); });
}

void tlsdiag_frame_end(tlsdiag_capture *t, bool ask_now)
{
    guarded([&] { t->batch.end_frame(); });
    if (ask_now || t->batch.full())
        tlsdiag_catch_up(t);
}

void tlsdiag_catch_up(tlsdiag_capture *t)
{
    guarded([&] { t->catch_up(); });
}

void tlsdiag_end(tlsdiag_capture *t)
{
    guarded([&] {
        t->catch_up();
        t->capture.end();
    });
}

// ---- What is known of a frame ----

namespace {

const char *text_or_null(const std::string &text)
{
    return text.empty() ? nullptr : text.c_str();
}

std::uint32_t index_of(const Diagnosis &diagnosis)
{
    const auto entries = tlsdiag::catalogue();
    return static_cast<std::uint32_t>(std::ranges::find(entries, &diagnosis, &Entry::diagnosis) - entries.begin());
}

tlsdiag_finding for_c(const Finding &finding, ReturnedData &returned)
{
    const std::uint32_t index = index_of(*finding.diagnosis);
    const std::string &remedy =
        finding.remedy.empty() ? returned.texts.emplace_back(finding.diagnosis->remedy) : finding.remedy;
    std::vector<const char *> &hints = returned.hints.emplace_back();
    for (const Hint &hint : finding.hints)
        hints.push_back(returned.texts.emplace_back(hint_text(hint)).c_str());
    hints.push_back(nullptr);
    return {index,
            id(*finding.diagnosis).data(),
            name(finding.diagnosis->severity).data(),
            name(finding.side).data(),
            name(finding.certainty).data(),
            finding.detail.c_str(),
            remedy.c_str(),
            finding.frame,
            finding.evidence.data(),
            finding.evidence.size(),
            hints.data()};
}

tlsdiag_verdict for_c(const Summary &summary, ReturnedData &returned)
{
    const auto keep = [&](std::string text) { return returned.texts.emplace_back(std::move(text)).c_str(); };
    const Verdict &verdict = summary.verdict;
    return {name(verdict.outcome).data(),
            verdict.cause ? id(*verdict.cause).data() : nullptr,
            name(verdict.certainty).data(),
            keep(sentence(summary)),
            text_or_null(summary.sni),
            summary.version ? keep(version_text(summary)) : nullptr,
            summary.cipher_suite ? keep(cipher_text(summary)) : nullptr,
            name(summary.client_auth).data(),
            summary.seconds};
}

tlsdiag_result for_c(const FrameResult &known, const FindingFilter &finding_filter, ReturnedData &returned)
{
    tlsdiag_result result{};
    result.conversation = known.summary.number;
    auto &findings = returned.findings.emplace_back();
    for (const Finding &finding : known.summary.findings) {
        if (finding_filter.shows(*finding.diagnosis))
            findings.push_back(for_c(finding, returned));
        if (const auto *missing = attribute<MissingIssuer>(finding); missing && !missing->name.empty()) {
            result.missing_issuer = missing->name.c_str();
            result.missing_issuer_aia = text_or_null(missing->url);
        }
    }
    result.findings = findings.data();
    result.finding_count = findings.size();
    if (known.verdict_here)
        result.verdict = &returned.verdicts.emplace_back(for_c(known.summary, returned));
    result.has_ca_list = known.ca_list.has_value();
    if (known.ca_list) {
        result.ca_list_count = known.ca_list->names;
        result.ca_list_bytes = known.ca_list->bytes;
    }
    return result;
}

} // namespace

static_assert(static_cast<int>(FrameContent::facts) == TLSDIAG_SHOWS_FACTS);
static_assert(static_cast<int>(FrameContent::findings) == TLSDIAG_SHOWS_FINDINGS);

tlsdiag_shows_e tlsdiag_shows(const tlsdiag_capture *t, uint32_t frame)
{
    return static_cast<tlsdiag_shows_e>(t->known().content(frame));
}

size_t tlsdiag_results(tlsdiag_capture *t, uint32_t frame, const tlsdiag_result **results)
{
    *results = nullptr;
    return guarded<size_t>(0, [&] {
        ReturnedData returned;
        for (FrameResult &result : t->known().of_frame(frame)) {
            add_hints(result.summary, t->products);
            returned.frame_results.push_back(std::move(result));
            returned.results.push_back(for_c(returned.frame_results.back(), t->finding_filter, returned));
        }
        t->returned = std::move(returned); // elements of lists and vectors keep their addresses
        *results = t->returned.results.data();
        return t->returned.results.size();
    });
}

size_t tlsdiag_conversations_of(tlsdiag_capture *t, uint32_t frame, const uint32_t **conversations)
{
    *conversations = nullptr;
    return guarded<size_t>(0, [&] {
        t->returned.conversations = t->known().conversations_of(frame);
        *conversations = t->returned.conversations.data();
        return t->returned.conversations.size();
    });
}
