// The report as one HTML file: an overview, then the ladders. It needs no other file and no script.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ladder/ladder.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tlsdiag {

// Conversations are added in order; only their markup is kept.
class HtmlReport {
public:
    enum class Draw : std::uint8_t { problems, all };
    struct Limits { // a browser opens this many within a second or two
        std::size_t drawn = 500;
        std::size_t drawn_of_a_cause = 3; // of each cause, even when `drawn` is reached
        std::size_t listed = 10'000;      // conversations that are not drawn
    };

    explicit HtmlReport(Draw draw) : HtmlReport{draw, Limits{}} {}
    HtmlReport(Draw draw, Limits limits) : draw_{draw}, limits_{limits} {}

    void add(const Ladder &ladder);

    // `notes` are shown once, like the notes below the text report.
    std::string finished(const std::vector<std::string> &notes) const;

private:
    struct Tally {
        std::string title, severity;
        std::size_t conversations = 0, causes = 0;
    };

    bool is_drawn(const Ladder &ladder);
    void count(const Ladder &ladder);
    std::vector<std::pair<std::string, Tally>> tallies() const;
    std::string head() const;
    std::string overview(const std::vector<std::string> &notes) const;
    std::string findings() const;
    std::string conversations() const;
    std::string more_conversations() const;
    std::string ladders() const;

    Draw draw_;
    Limits limits_;
    std::size_t all_ = 0, problems_ = 0, wanted_ = 0, listed_ = 0, drawn_ = 0;
    std::map<std::string, std::size_t> outcomes_, drawn_of_a_cause_;
    std::map<std::string, Tally> findings_;   // by id
    std::string rows_, more_rows_, sections_; // of drawn conversations, of the others, and the ladders
};

} // namespace tlsdiag
