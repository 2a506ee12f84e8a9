// More CAs stand below a CA than its pathLenConstraint allows.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis path_length_exceeded{
    .title = "The path is longer than a CA allows",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "The pathLenConstraint in the basicConstraints of a CA is lower than the number of CA certificates between "
            "it and the leaf (self-issued ones do not count). A root counts if it is sent or in the trust store.",
    .remedy =
        "Get the certificate from a CA that may issue it: the CA above must be reissued with a larger "
        "pathLenConstraint, or the leaf must come from it directly; then replace the chain on the side that sends "
        "it.",
    .sources = {"RFC 5280, 4.2.1.9", "RFC 5280, 6.1.4 (l), (m)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Findings examine(const Conversation &c, const Event &event)
{
    const std::vector<const Certificate *> path = judged_path(c, event.side);
    for (std::size_t i = 2; i < path.size(); ++i) {
        const std::uint64_t below = authorities_below(path, i);
        if (!path[i]->path_length || below <= *path[i]->path_length)
            continue;
        const std::string authority = short_name(path[i]->subject_text);
        Finding finding;
        finding.side = party(event.side);
        finding.detail = "the pathLenConstraint of " + authority + " allows " + digit_groups(*path[i]->path_length) +
                         (*path[i]->path_length == 1 ? " CA" : " CAs") + " below it; the " +
                         std::string{name(event.side)} + "'s chain has " + digit_groups(below);
        finding.because = "the " + std::string{name(event.side)} + "'s chain has " + plural(below, "CA", "CAs") +
                          " below " + authority + ", whose pathLenConstraint allows " +
                          digit_groups(*path[i]->path_length);
        return {finding};
    }
    return {};
}

// OpenSSL says unknown_ca for it.
static Fit explains(const Conversation &c, const Finding &finding)
{
    return distrust_fit(c, judge_of(finding));
}

} // namespace tlsdiag
