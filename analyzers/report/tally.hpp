// Counts how often each of a limited number of texts occurs. Once the limit is reached, further texts count as
// "others".
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tlsdiag {

class Tally {
public:
    static constexpr std::size_t max_texts = 32;

    void add(const std::string &text, std::uint64_t count = 1)
    {
        const auto found = counts_.find(text);
        if (found != counts_.end())
            found->second += count;
        else if (counts_.size() < max_texts)
            counts_.emplace(text, count);
        else
            others_ += count;
    }
    void add_others(std::uint64_t count) { others_ += count; }

    bool empty() const { return counts_.empty(); }
    const std::map<std::string, std::uint64_t> &counts() const { return counts_; }
    std::uint64_t others() const { return others_; }                     // counts beyond max_texts
    std::vector<std::pair<std::string, std::uint64_t>> by_count() const; // the most frequent first
    std::string names(std::size_t at_most) const;                        // "a, b, and 2 more"
    std::string text() const; // "TLS 1.3 (12), TLS 1.2 (1)"; a single text has no count

private:
    std::map<std::string, std::uint64_t> counts_;
    std::uint64_t others_ = 0;
};

} // namespace tlsdiag
