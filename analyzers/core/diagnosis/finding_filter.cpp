// Parses and applies the user's selection of diagnoses.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/finding_filter.hpp"

#include "core/base/text.hpp"
#include "core/diagnosis/catalogue.hpp"

#include <algorithm>

namespace tlsdiag {

static std::set<const Diagnosis *> diagnoses(std::string_view list, std::string_view preference, std::string &error)
{
    std::set<const Diagnosis *> found;
    for (const std::string_view id : words_of(list, ", ")) {
        const auto entry = std::ranges::find(catalogue(), id, &Entry::id);
        if (entry != catalogue().end())
            found.insert(entry->diagnosis);
        else
            error = "the preference tlsdiag." + std::string{preference} + " names \"" + printable(id) +
                    "\", which is not a diagnosis; docs/diagnoses.md and tlsdiag --list list all of them";
    }
    return found;
}

FindingFilter FindingFilter::parse(std::string_view hide, std::string_view only, std::string &error)
{
    const FindingFilter finding_filter{diagnoses(hide, "hide", error), diagnoses(only, "only", error)};
    return error.empty() ? finding_filter : FindingFilter{};
}

void FindingFilter::apply(Summary &summary) const
{
    std::erase_if(summary.findings, [this](const Finding &finding) { return !shows(*finding.diagnosis); });
}

} // namespace tlsdiag
