// A certificate has a name that a CA above it may not certify.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis name_constraint_violated{
    .title = "A name is outside of a CA's name constraints",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "A name in the subjectAltName, or the subject, of a certificate on the path is in no permittedSubtrees of "
            "its kind, or in excludedSubtrees, in the nameConstraints of a CA above it. A root counts if it is sent or "
            "in the trust store. The common name does not count.",
    .remedy = "Get a certificate for this name from a CA that may issue it, or leave the name out, and replace the "
              "certificate on the side that sends it.",
    .sources = {"RFC 5280, 4.2.1.10", "RFC 5280, 6.1.3 (b), (c)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Finding about(const Conversation &c, Side side, const Certificate &authority, const Certificate &certificate,
                     const NameLimits &limits)
{
    const std::string ca = short_name(authority.subject_text);
    const std::string which = named_in_chain(c, side, certificate);
    Finding finding;
    finding.side = party(side);
    finding.because =
        "the " + limits.name + " in " + which +
        (limits.excluded ? " is excluded by the nameConstraints of " : " is not permitted by the nameConstraints of ") +
        ca;
    finding.detail = finding.because;
    return finding;
}

static Findings examine(const Conversation &c, const Event &event)
{
    const std::vector<const Certificate *> path = judged_path(c, event.side);
    for (std::size_t above = 1; above < path.size(); ++above)
        for (std::size_t below = 0; below < above && path[above]->has_name_constraints; ++below) {
            if (below > 0 && path[below]->self_issued) // RFC 5280, 6.1.3 (b)
                continue;
            const NameLimits limits = c.history->certificates->name_limits(*path[above], *path[below]);
            if (limits.verdict == NameLimits::Verdict::violated)
                return {about(c, event.side, *path[above], *path[below], limits)};
        }
    return {};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {});
}

} // namespace tlsdiag
