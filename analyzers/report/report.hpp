// Reports on conversations: plain data in, text out. They know nothing about TLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/columns.hpp"
#include "core/diagnosis/verdict.hpp"
#include "ladder/ladder.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tlsdiag {

struct Ladder;

// One conversation as one line of JSON (schema 1), without the line end.
std::string json_line(const Summary &summary);

// The same, with the ladder.
std::string json_line(const Summary &summary, const Ladder &ladder);

// Counts of outcomes and findings. `notes` are printed once below the counts ("no system trust store").
class TextCounts {
public:
    void add(const Summary &summary);
    std::size_t conversations() const { return conversations_; }
    std::string text(const std::vector<std::string> &notes, std::size_t columns = line_width) const;

private:
    struct Where { // conversations that have a finding
        std::size_t count = 0;
        std::uint32_t last = UINT32_MAX;
        std::vector<std::string> listed; // the first of them
    };
    static constexpr std::size_t most_listed = 8;

    std::string outcomes_text() const;
    std::string findings_table(std::size_t columns) const;

    std::size_t conversations_ = 0;
    std::map<Outcome, std::size_t> outcomes_;
    std::map<const Diagnosis *, Where> found_;
};

// The report, piece by piece, because there may be very many conversations: a block for each conversation with a
// problem (a finding of severity error or warning, or an outcome that is a fault), then the counts.
class TextReport {
public:
    explicit TextReport(std::size_t columns = line_width) : columns_{columns} {}

    std::string add(const Summary &summary); // its block; empty if it has no problem
    std::string end(const std::vector<std::string> &notes) const;

private:
    std::size_t columns_;
    TextCounts counts_;
    bool problems_ = false;
};

// A verdict as one line, without the line end: time, outcome, addresses and reason.
std::string text_line(const Summary &summary);

} // namespace tlsdiag
