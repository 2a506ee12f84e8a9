// A side refuses the CA of a chain in which nothing is missing: it does not trust the root.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/chain.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis unknown_ca{
    .title = "The peer does not trust the CA",
    .severity = Severity::error,
    .needs = Sees::ended,
    .wire =
        "alert unknown_ca in answer to a chain that is complete up to its root, or that is encrypted; a private root "
        "by itself is never this",
    .remedy =
        "Put the root of this chain into the trust store of the side that refused it, or use a certificate from a CA "
        "that it trusts.",
    .sources = {"RFC 8446, 6.2 (unknown_ca)", "RFC 5246, 7.2.2", "RFC 5280, 6.1.1 (d)"},
    .examine = examine,
    .explains = explains,
};

static std::string root_of(const Chain &chain)
{
    const Certificate &top = *chain.path.top;
    return short_name(chain.path.ends_in_root ? top.subject_text : top.issuer_text);
}

static Findings examine(const Conversation &c, const Event &event)
{
    const Side refuser = event.side, side = peer(refuser);
    const Seen<Chain> &chain = c.chain[side];
    if (!ended_by_alert(c, refuser, {"unknown_ca"}) || explained(c) == Fit::exact || (chain && chain->empty()))
        return {};
    const std::string who{name(refuser)}, whose{name(side)};
    Finding finding;
    finding.side = party(refuser);
    if (readable_leaf(c, side) && chain->path.top) {
        finding.evidence = {chain.at.frame};
        finding.detail = plural(chain->count, "certificate", "certificates") + " sent, up to " + root_of(*chain) +
                         (chain->path.ends_in_root ? " (sent too)" : " (not sent, as usual for a root)");
        finding.because = "the chain is complete, and the " + who + " does not trust its root " + root_of(*chain);
        return {finding};
    }
    finding.certainty = Certainty::guess;
    finding.detail =
        "unknown_ca said by the " + who + "; the " + whose +
        "'s chain cannot be read here: its root is not trusted, or an intermediate is missing, or its leaf "
        "is self-signed";
    finding.because =
        "the " + who + " does not trust the CA of the " + whose + "'s certificate, which cannot be read here";
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return ended_by_alert(c, c.ending.by, {"unknown_ca"}) ? Fit::exact : Fit::none;
}

} // namespace tlsdiag
