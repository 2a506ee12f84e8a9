// A side refuses the CA of a complete chain: it does not trust the root.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis unknown_ca{
    .title = "The peer does not trust the CA",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "One side answers a chain that is complete up to its root, or that is encrypted, with the alert "
            "unknown_ca. A private root alone is never reported.",
    .remedy = "Add the root CA of this chain to the trust store of the side that refused the chain, or use a "
              "certificate from a CA that this side trusts.",
    .sources = {"RFC 8446, 6.2 (unknown_ca)", "RFC 5246, 7.2.2", "RFC 5280, 6.1.1 (d)"},
    .examine = examine,
    .explains = explains,
};

static Finding about(const Conversation &c, Side refuser)
{
    const Chain &chain = *c.chain[peer(refuser)];
    const Certificate &top = *chain.path.top;
    const bool root_sent = chain.path.ends_in_root;
    const std::string who{name(refuser)}, whose{name(peer(refuser))};
    const std::string root = short_name(root_sent ? top.subject_text : top.issuer_text);
    const std::string sent = plural(chain.count, "certificate", "certificates");
    Finding finding;
    finding.side = party(refuser);
    finding.evidence = {c.chain[peer(refuser)].at.frame};
    finding.detail = "the " + whose + " sent " + sent + "; the chain leads to " + root +
                     (root_sent ? " (also sent)" : " (not sent, as usual for a root)") +
                     trust_text(c, root_sent ? top.subject : top.issuer);
    finding.because = root_sent ? "the chain is complete, and the " + who + " does not trust its root " + root
                                : "the " + who + " does not trust " + root + ", the CA above the " + sent +
                                      " that the " + whose + " sent";
    return finding;
}

static Finding about_encrypted(Side refuser)
{
    const std::string who{name(refuser)}, whose{name(peer(refuser))};
    Finding finding;
    finding.side = party(refuser);
    finding.certainty = Certainty::guess;
    finding.detail =
        "the " + who + " sent unknown_ca; the " + whose +
        "'s chain cannot be read here: its root is not trusted, an intermediate is missing, or its leaf is self-signed";
    finding.because =
        "the " + who + " does not trust the CA of the " + whose + "'s certificate, which cannot be read here";
    return finding;
}

static Findings examine(const Conversation &c, const Event &event)
{
    const Side refuser = event.side;
    if (!ended_by_alert(c, refuser, {"unknown_ca"}) || explained(c) == Fit::exact || list_may_be_missing(c, refuser))
        return {};
    if (readable_leaf(c, peer(refuser)))
        return {about(c, refuser)};
    return certificate_is_encrypted(c, peer(refuser)) ? Findings{about_encrypted(refuser)} : Findings{};
}

static Fit explains(const Conversation &c, const Finding &)
{
    return ended_by_alert(c, c.ending.by, {"unknown_ca"}) ? Fit::exact : Fit::none;
}

} // namespace tlsdiag
