// Decides how certain a finding or a verdict may be.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/certainty.hpp"

#include <algorithm>

namespace tlsdiag {

// Certainties descend, so the larger of two is the weaker one.
static Certainty at_most(Certainty limit, Certainty claimed)
{
    return std::max(limit, claimed);
}

static Certainty limit(Claim claim)
{
    switch (claim) {
    case Claim::presence:
    case Claim::absence:
        break;
    case Claim::refusal:
        return Certainty::strong;
    case Claim::ending:
        return Certainty::guess;
    }
    return Certainty::proven;
}

// Over UDP, a side that is down sends no packet at all; over TCP, a side without packets was not captured.
static bool may_be_missing(const Conversation &c)
{
    const bool one_sided = c.transport == Transport::tcp &&
                           (c.gaps.direction_missing[Side::client] || c.gaps.direction_missing[Side::server]);
    return c.gaps.started_midway || c.gaps.gap_open || c.gaps.any_bytes_missing() || one_sided;
}

Certainty earned(const Conversation &conversation, const Diagnosis &diagnosis, Certainty claimed)
{
    const bool absence = diagnosis.claim == Claim::absence && !conversation.ending.icmp;
    return absence && may_be_missing(conversation) ? Certainty::guess : at_most(limit(diagnosis.claim), claimed);
}

// That something is wrong can be proven, and that it is why the other side left still be a guess.
Certainty earned(const Finding &cause, Fit fit)
{
    switch (fit) {
    case Fit::exact:
        return cause.certainty;
    case Fit::good:
        return at_most(Certainty::strong, cause.certainty);
    case Fit::vague: // there was a reason, and several fit
        return at_most(at_most(Certainty::strong, limit(cause.diagnosis->claim)), cause.certainty);
    case Fit::possible:
    case Fit::symptom:
    case Fit::none:
        break;
    }
    return Certainty::guess;
}

Certainty earned(CompletionSign sign)
{
    return sign == CompletionSign::seen ? Certainty::proven : Certainty::guess;
}

} // namespace tlsdiag
