// Implements tlsdiag.h: a ladder's arrows, frame by frame.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/door/door.hpp"

using namespace tlsdiag;

namespace {

tlsdiag_address for_c(const Endpoint &end)
{
    tlsdiag_address address{};
    address.length = end.address_length;
    std::ranges::copy(end.address, address.bytes);
    return address;
}

tlsdiag_arrow for_c(const Summary &summary, const Arrow &arrow)
{
    const bool from_client = arrow.from == Ladder::Lane::client;
    const Endpoint &from = from_client ? summary.client : summary.server;
    const Endpoint &to = from_client ? summary.server : summary.client;
    return {summary.number,      from_client,           for_c(from),           for_c(to), from.port, to.port,
            arrow.label.c_str(), arrow.comment.c_str(), arrow.severity.c_str()};
}

} // namespace

// For the latest frame, uses only the findings attached to it: those that assume the end of the capture would be wrong
// for a capture that continues.
Summary tlsdiag_capture::as_seen_in(std::uint32_t frame, std::uint32_t conversation) const
{
    Summary told = summary(conversation);
    if (frame != known().last_frame())
        return told;
    told.findings.clear();
    told.verdict.at.frame = 0;
    for (FrameResult &result : known().of_frame(frame)) {
        if (result.summary.number != conversation)
            continue;
        told.findings = std::move(result.summary.findings);
        told.verdict.at.frame = result.verdict_here ? frame : 0;
    }
    finding_filter.apply(told);
    return told;
}

size_t tlsdiag_arrows(tlsdiag_capture *t, uint32_t frame, const tlsdiag_arrow **arrows)
{
    *arrows = nullptr;
    return guarded<size_t>(0, [&] {
        t->returned.drawn.clear();
        t->returned.arrows.clear();
        for (const std::uint32_t number : t->known().conversations_of(frame)) {
            const Summary summary = t->as_seen_in(frame, number);
            for (Arrow &arrow : arrows_of(t->ladder(summary), frame, summary.verdict.at.frame)) {
                t->returned.drawn.push_back(std::move(arrow));
                t->returned.arrows.push_back(for_c(summary, t->returned.drawn.back()));
            }
        }
        *arrows = t->returned.arrows.data();
        return t->returned.arrows.size();
    });
}
