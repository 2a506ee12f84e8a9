// Runs the analyzers, and limits how much each finding may contain.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/examine.hpp"

#include "core/diagnosis/catalogue.hpp"
#include "core/diagnosis/certainty.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <vector>

namespace tlsdiag {

static std::optional<Side> sender(const Finding &finding)
{
    const auto *alert = attribute<SentAlert>(finding);
    return alert ? alert->by : std::nullopt;
}

static bool found_already(const Conversation &conversation, const Diagnosis &diagnosis, const Finding &finding)
{
    return std::ranges::any_of(conversation.findings, [&](const Finding &one) {
        return one.diagnosis == &diagnosis &&
               (!diagnosis.once_a_side || (one.side == finding.side && sender(one) == sender(finding)));
    });
}

static void keep(Conversation &conversation, const Diagnosis &diagnosis, const Event &event, Finding &&finding)
{
    if (conversation.findings.size() >= max_findings || found_already(conversation, diagnosis, finding))
        return;
    finding.diagnosis = &diagnosis;
    finding.certainty = earned(conversation, diagnosis, finding.certainty);
    finding.frame = event.at.frame;
    finding.detail = printable(finding.detail, max_detail);
    finding.because = printable(finding.because, max_detail);
    finding.evidence.push_back(event.at.frame);
    std::ranges::sort(finding.evidence);
    finding.evidence.erase(std::unique(finding.evidence.begin(), finding.evidence.end()), finding.evidence.end());
    std::erase(finding.evidence, 0u);
    if (finding.evidence.size() > max_evidence)
        finding.evidence.resize(max_evidence);
    conversation.findings.push_back(std::move(finding));
}

void examine_one(const Diagnosis &diagnosis, Conversation &conversation, const Event &event)
{
    try {
        for (Finding &finding : diagnosis.examine(conversation, event))
            keep(conversation, diagnosis, event, std::move(finding));
    } catch (...) { // a failing analyzer does not affect the others
    }
}

using Asked = std::vector<const Diagnosis *>;

static std::array<Asked, 32> asked_by_event()
{
    std::array<Asked, 32> asked;
    for (const Entry &entry : catalogue())
        for (unsigned bit = 0; bit < asked.size(); ++bit)
            if (entry.diagnosis->triggers & EventKind{std::uint32_t{1} << bit})
                asked[bit].push_back(entry.diagnosis);
    return asked;
}

void examine_all(Conversation &conversation, const Event &event)
{
    static const std::array<Asked, 32> asked = asked_by_event();
    const auto bit = static_cast<std::size_t>(std::countr_zero(static_cast<std::uint32_t>(event.kind)));
    for (const Diagnosis *diagnosis : asked.at(bit))
        examine_one(*diagnosis, conversation, event);
}

} // namespace tlsdiag
