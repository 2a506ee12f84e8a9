// A certificate has contents that do not decode, or that are forbidden: peers differ in what they make of it.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis certificate_malformed{
    .title = "A certificate is malformed",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire =
        "In the leaf or an intermediate, an extension (subjectAltName, basicConstraints, nameConstraints, keyUsage "
        "and so on) does not decode or occurs twice, an iPAddress has the wrong length, a name cannot be compared "
        "with nameConstraints, or the serial number is negative; or a certificate on the path, a root too, contains "
        "a curve's parameters instead of its name.",
    .remedy =
        "Have the certificate reissued by a tool that encodes it correctly, and replace it on the side that sends "
        "it.",
    .sources = {"RFC 5280, 4.1.2.2 (serial number)", "RFC 5280, 4.2", "RFC 5280, 4.2.1.6 (iPAddress)",
                "RFC 5480, 2.1.1 (specifiedCurve)", "CVE-2020-0601"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Findings about(const Conversation &c, Side side, const Certificate &certificate, const std::string &what)
{
    const bool root = certificate.self_signed && &certificate != c.chain[side]->leaf();
    const std::string which =
        root ? "the root " + short_name(certificate.subject_text) + " in the " + std::string{name(side)} + "'s chain"
             : named_in_chain(c, side, certificate);
    Finding finding;
    finding.side = party(side);
    finding.because = which + " is malformed: " + what;
    finding.detail = finding.because;
    return {finding};
}

// A name that OpenSSL cannot compare with the constraints of a CA above, and therefore refuses.
static Findings incomparable_name(const Conversation &c, Side side)
{
    const std::vector<const Certificate *> path = judged_path(c, side);
    for (std::size_t above = 1; above < path.size(); ++above)
        for (std::size_t below = 0; below < above && path[above]->has_name_constraints; ++below) {
            const NameLimits limits = c.history->certificates->name_limits(*path[above], *path[below]);
            if (limits.verdict == NameLimits::Verdict::incomparable)
                return about(c, side, *path[below],
                             "its " + limits.name + " cannot be compared with the nameConstraints of " +
                                 short_name(path[above]->subject_text));
        }
    return {};
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (!readable_leaf(c, event.side) || fingerprint_is_signalled(c))
        return {};
    const auto checked = below_root(c, event.side);
    for (const Certificate *one : c.chain[event.side]->path.certificates) {
        const bool counts = std::ranges::find(checked, one) != checked.end();
        if (!one->explicit_curve && (!counts || one->malformed.empty()))
            continue;
        if (is_above_trusted(c, event.side, *one))
            break;
        return about(c, event.side, *one,
                     one->explicit_curve ? "its key contains the parameters of a curve instead of the curve's name"
                                         : one->malformed);
    }
    return incomparable_name(c, event.side);
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    const Side judge = judge_of(finding);
    const Fit fit = fault_fit(c, judge, {});
    const bool told =
        c.chain[peer(judge)] &&
        ended_by_alert(c, judge, {"decode_error", "illegal_parameter", "unknown_ca", "unsupported_certificate"});
    return told ? std::max(fit, Fit::good) : fit;
}

} // namespace tlsdiag
