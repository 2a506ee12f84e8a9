// A side sends a certificate that is on no path from its leaf.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis chain_unrelated_cert{
    .title = "A certificate in the chain does not belong to it",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "A certificate after the leaf in a Certificate message has neither the name nor the key of an issuer of "
            "the leaf or of the leaf's issuers.",
    .remedy = "Remove the certificate from the chain file of the side that sends it; if the leaf was renewed, replace "
              "it with the certificate of the CA that issued the new leaf.",
    .sources = {"RFC 5246, 7.4.2", "RFC 8446, 4.4.2", "RFC 5280, 6.1"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

using Certificates = std::vector<const Certificate *>;

// The name and the key id need not both match: an issuer of which only one matches is a different fault.
static bool may_be_issuer(const Certificate &issuer, const Certificate &subject)
{
    const bool by_key = !subject.authority_key_id.empty() && subject.authority_key_id == issuer.subject_key_id;
    return by_key || may_have_issued(issuer, subject);
}

// The certificates sent that belong to the leaf: its issuers on any path; in a reversed chain also what it issued.
static Certificates relatives(const Certificates &sent)
{
    Certificates related{sent.front()};
    for (std::size_t i = 0; i < related.size(); ++i) // grows as it goes
        for (const Certificate *one : sent) {
            const bool belongs =
                may_be_issuer(*one, *related[i]) || (sent.front()->is_ca && may_be_issuer(*related[i], *one));
            if (belongs && std::ranges::find(related, one) == related.end())
                related.push_back(one);
        }
    return related;
}

// A certificate above a gap in the chain looks unrelated too.
static Certainty certainty(const Conversation &c, Side side, const Certificate &unrelated)
{
    const Certificate *top = open_end(c, side);
    if (!top || !unrelated.is_ca)
        return Certainty::proven;
    return top->is_ca ? Certainty::strong : Certainty::guess;
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (!readable_leaf(c, event.side))
        return {};
    const Chain &chain = *c.chain[event.side];
    if (chain.path.certificates.size() == chain.certificates.size())
        return {};
    const Certificates related = relatives(chain.certificates);
    const Certificate *top = open_end(c, event.side);
    const bool trusted = top && trusted_issuer(c, *top);
    const auto found = std::ranges::find_if(chain.certificates, [&](const Certificate *one) {
        const bool is_namesake = top && !trusted && names_fit(*one, *top); // issuer_key_mismatch says this
        return one->readable && !is_namesake && std::ranges::find(related, one) == related.end();
    });
    if (found == chain.certificates.end())
        return {};

    const std::string which = "certificate " + std::to_string(found - chain.certificates.begin() + 1) + " of " +
                              std::to_string(chain.count) + ", " + short_name((*found)->subject_text) + ",";
    Finding finding;
    finding.side = party(event.side);
    finding.certainty = certainty(c, event.side, **found);
    finding.detail = which + " is on no path from the leaf";
    finding.because = which + " did not issue any certificate in the " + std::string{name(event.side)} + "'s chain";
    if (top) {
        finding.detail += trusted
                              ? "; the issuer at the end of the path, " + short_name(top->issuer_text) + ", is trusted"
                              : "; the missing issuer is " + short_name(top->issuer_text);
        if (finding.certainty == Certainty::guess)
            finding.detail += ", and this certificate may belong above it";
    }
    return {finding};
}

// Stacks skip certificates that they do not need, so any other fault in the chain is the likelier cause.
static Fit explains(const Conversation &c, const Finding &finding)
{
    return std::min(Fit::possible, distrust_fit(c, judge_of(finding)));
}

} // namespace tlsdiag
