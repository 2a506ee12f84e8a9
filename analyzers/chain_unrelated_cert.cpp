// A side sends a certificate that is on no path from its leaf.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis chain_unrelated_cert{
    .title = "A certificate in the chain does not belong to it",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire =
        "a certificate after the leaf in a Certificate message has neither name nor key of an issuer of the leaf or "
        "of the leaf's issuers",
    .remedy =
        "Take the certificate out of the chain file of the side that sends it; where the leaf was renewed, put the "
        "CA certificate there that the new one was issued by.",
    .sources = {"RFC 5246, 7.4.2", "RFC 8446, 4.4.2", "RFC 5280, 6.1"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

using Certificates = std::vector<const Certificate *>;

// Not all of names and key ids need to agree: what is an issuer in part is a fault of another kind.
static bool may_be_issuer(const Certificate &issuer, const Certificate &subject)
{
    const bool by_key = !subject.authority_key_id.empty() && subject.authority_key_id == issuer.subject_key_id;
    return by_key || may_have_issued(issuer, subject);
}

// What is sent and belongs to the leaf: its issuers on any path. In a chain upside down also what it issued.
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
    if (!top || !unrelated.is_ca || unrelated.subject == top->issuer)
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
    const auto found = std::ranges::find_if(chain.certificates, [&](const Certificate *one) {
        return one->readable && std::ranges::find(related, one) == related.end();
    });
    if (found == chain.certificates.end())
        return {};

    const std::string which = "certificate " + std::to_string(found - chain.certificates.begin() + 1) + " of " +
                              std::to_string(chain.count) + ", " + short_name((*found)->subject_text) + ",";
    Finding finding;
    finding.side = party(event.side);
    finding.certainty = certainty(c, event.side, **found);
    finding.detail = which + " is on no path from the leaf";
    finding.because = which + " did not issue any certificate of the " + std::string{name(event.side)} + "'s chain";
    if (const Certificate *top = open_end(c, event.side)) {
        const bool same_name = (*found)->subject == top->issuer;
        finding.detail += same_name ? "; it has the name of the issuer that is missing, and another key"
                                    : "; missing is " + short_name(top->issuer_text);
        if (finding.certainty == Certainty::guess)
            finding.detail += ", above which it may belong";
    }
    return {finding};
}

// Stacks pass over what they do not need; the CA's certificate of before in the place of the new one is another matter.
static Fit explains(const Conversation &c, const Finding &finding)
{
    const Certificate *top = open_end(c, peer(judge_of(finding)));
    const bool in_place_of_another = top && finding.certainty == Certainty::proven;
    const Fit fit = distrust_fit(c, judge_of(finding));
    return in_place_of_another ? fit : std::min(Fit::possible, fit);
}

} // namespace tlsdiag
