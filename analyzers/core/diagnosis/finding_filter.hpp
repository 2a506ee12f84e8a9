// Which diagnoses the user wants to see: the preferences `tlsdiag.hide` and `tlsdiag.only`.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/diagnosis/verdict.hpp"

#include <set>
#include <string>
#include <string_view>

namespace tlsdiag {

struct FindingFilter {
    std::set<const Diagnosis *> hidden;
    std::set<const Diagnosis *> only; // empty: all

    // Parses lists of ids, separated by commas or blanks. On failure `error` is one line, and everything is shown.
    static FindingFilter parse(std::string_view hide, std::string_view only, std::string &error);

    bool shows(const Diagnosis &diagnosis) const
    {
        return !hidden.contains(&diagnosis) && (only.empty() || only.contains(&diagnosis));
    }
    // Removes the findings that are not shown; the verdict does not change.
    void apply(Summary &summary) const;
};

} // namespace tlsdiag
