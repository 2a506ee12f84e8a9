// Reports over conversations: plain data in, text out. They know no TLS.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/verdict.hpp"
#include "ladder/ladder.hpp"

#include <string>
#include <vector>

namespace tlsdiag {

// One conversation as one line of JSON (schema 1), without the line end.
std::string json_line(const Summary &summary);

// The same with its ladder.
std::string json_line(const Summary &summary, const Ladder &ladder);

// A block for each conversation with a problem (a finding of severity error or warning, or an outcome other than
// completed that is a fault), then counts of outcomes and findings. `notes` are lines said once, below the counts ("no
// system trust store").
std::string text_report(const std::vector<const Summary *> &summaries, const std::vector<std::string> &notes);

// Those counts alone.
std::string text_counts(const std::vector<const Summary *> &summaries, const std::vector<std::string> &notes);

// A verdict as one line, without the line end: when, how it ended, who, and why.
std::string text_line(const Summary &summary);

} // namespace tlsdiag
