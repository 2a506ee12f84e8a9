// A side sends a root certificate. The peer has it already or does not trust it, and it costs bytes in each handshake.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);

extern constinit const Diagnosis chain_includes_root{
    .title = "The chain includes a root certificate",
    .severity = Severity::note,
    .triggers = EventKind::certificate,
    .wire = "A certificate after the leaf in a Certificate message is self-signed.",
    .remedy = "Remove the root from the chain file of the side that sends it; the peer must get it from elsewhere.",
    .sources = {"RFC 8446, 4.4.2", "RFC 5246, 7.4.2"},
    .examine = examine,
    .once_a_side = true,
};

static Findings examine(const Conversation &c, const Event &event)
{
    const auto &sent = c.chain[event.side]->certificates;
    const auto is_root = [leaf = c.chain[event.side]->leaf()](const Certificate *one) {
        return one != leaf && one->self_signed;
    };
    const auto root = std::ranges::find_if(sent, is_root);
    if (root == sent.end())
        return {};
    Finding finding;
    finding.side = party(event.side);
    finding.detail = "certificate " + std::to_string(root - sent.begin() + 1) + " of " +
                     std::to_string(c.chain[event.side]->count) + " is the root " + short_name((*root)->subject_text) +
                     " (" + digit_groups((*root)->der.size()) + " bytes)";
    finding.because = "the " + std::string{name(event.side)} + " also sends the root";
    return {finding};
}

} // namespace tlsdiag
