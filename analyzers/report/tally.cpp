// Counts how often each of a limited number of texts occurs.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/tally.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace tlsdiag {

std::vector<std::pair<std::string, std::uint64_t>> Tally::by_count() const
{
    std::vector<std::pair<std::string, std::uint64_t>> all{counts_.begin(), counts_.end()};
    std::ranges::stable_sort(all, [](const auto &one, const auto &other) { return one.second > other.second; });
    return all;
}

std::string Tally::names(std::size_t at_most) const
{
    std::vector<std::string> parts;
    for (const auto &[text, count] : by_count()) {
        if (parts.size() < at_most)
            parts.push_back(text);
    }
    if (others_ > 0)
        parts.push_back("and more than " + digit_groups(counts_.size() - parts.size()) + " more");
    else if (counts_.size() > parts.size())
        parts.push_back("and " + digit_groups(counts_.size() - parts.size()) + " more");
    return join(parts, ", ");
}

std::string Tally::text() const
{
    std::vector<std::string> parts;
    for (const auto &[text, count] : by_count())
        parts.push_back(counts_.size() == 1 && others_ == 0 ? text : text + " (" + digit_groups(count) + ")");
    if (others_ > 0)
        parts.push_back("others (" + digit_groups(others_) + ")");
    return join(parts, ", ");
}

} // namespace tlsdiag
