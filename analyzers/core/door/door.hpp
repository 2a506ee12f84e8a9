// The state behind the C interface, shared by the files that implement tlsdiag.h.
// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "core/base/no_throw.hpp"
#include "core/capture/capture.hpp"
#include "core/diagnosis/finding_filter.hpp"
#include "core/diagnosis/product_hints.hpp"
#include "core/door/event_batch.hpp"
#include "core/door/tlsdiag.h"
#include "ladder/ladders.hpp"
#include "render/arrows.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <list>
#include <string>
#include <unordered_set>
#include <vector>

namespace tlsdiag {

// Owns everything that the C interface returned last, including what its pointers refer to.
struct ReturnedData {
    std::list<FrameResult> frame_results;
    std::list<std::vector<tlsdiag_finding>> findings;
    std::list<std::vector<const char *>> hints;
    std::list<tlsdiag_verdict> verdicts;
    std::list<std::string> texts;
    std::vector<tlsdiag_result> results;
    std::vector<std::uint32_t> conversations, newly_judged;
    std::list<Arrow> drawn;
    std::vector<tlsdiag_arrow> arrows;
    std::string report;
};

} // namespace tlsdiag

struct tlsdiag_capture {
    explicit tlsdiag_capture(const tlsdiag_options *options);

    // Analyzes the frames that were added since the last call. Questions do not: they are answered from what is known.
    void catch_up() { batch.hand_to(capture); }

    const tlsdiag::CaptureResults &known() const { return capture.results(); }

    // Filtered by the user's preferences.
    tlsdiag::Summary summary(std::uint32_t conversation) const;
    tlsdiag::Summary as_seen_in(std::uint32_t frame, std::uint32_t conversation) const;
    tlsdiag::Summary without_hints(std::uint32_t conversation) const;

    tlsdiag::Ladder ladder(const tlsdiag::Summary &summary) const;

    // Calls `use` for each chosen conversation (nullptr: for all) from `number` on, until it returns true. Returns the
    // number to continue with.
    template <class Use>
    std::uint32_t each(const bool *chosen, std::uint32_t chosen_count, std::uint32_t number, Use use) const
    {
        for (; number < known().conversations(); ++number)
            if ((!chosen || (number < chosen_count && chosen[number])) && use(summary(number)))
                return number + 1;
        return number;
    }

    tlsdiag::EventBatch batch;
    bool inner_records = false; // some were added: from now on, the order of outer and inner records matters
    std::unordered_set<std::uint32_t> dtls_streams; // UDP streams that have carried DTLS
    tlsdiag::Ladders ladders;
    tlsdiag::Capture capture;
    tlsdiag::Products products;
    tlsdiag::FindingFilter finding_filter;
    tlsdiag::TextReport report; // as far as it was requested
    tlsdiag::ReturnedData returned;
};
