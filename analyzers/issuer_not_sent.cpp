// A leaf is sent without its issuer, and nothing in the capture tells whether that is a root or a missing intermediate.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);

extern constinit const Diagnosis issuer_not_sent{
    .title = "The issuer of the leaf was not sent",
    .severity = Severity::note,
    .triggers = EventKind::capture_end,
    .wire = "A Certificate message contains a leaf without its issuer. The issuer is seen nowhere else, is not in the "
            "trust store or a list of CAs, and no caIssuers URL is given for it: it is a private root or a missing "
            "intermediate.",
    .remedy =
        "Check whether the issuer is a root that the peer has. To let tlsdiag tell, set the preference \"Trusted root "
        "certificates\" to the peer's roots. If the issuer is not a root, send its certificate after the leaf.",
    .sources = {"RFC 8446, 4.4.2", "RFC 5246, 7.4.2", "RFC 5280, 6.1"},
    .examine = examine,
    .at_end = true,
    .once_a_side = true,
};

static bool found_missing(const Conversation &c, Side side)
{
    return std::ranges::any_of(c.findings, [side](const Finding &one) {
        return one.diagnosis == &missing_intermediate && one.side == party(side);
    });
}

// A self-issued certificate with this name was seen.
static bool is_known_root(const Conversation &c, const Octets &name)
{
    const std::vector<SeenCertificate> *named = c.history->with_subject(name);
    return named &&
           std::ranges::any_of(*named, [](const SeenCertificate &one) { return one.certificate->self_issued; });
}

static Finding about(const Conversation &c, Side side, const Certificate &leaf)
{
    const std::string issuer = short_name(leaf.issuer_text);
    Finding finding;
    finding.side = party(side);
    finding.certainty = Certainty::guess;
    finding.detail =
        "the " + std::string{name(side)} + " sent " + chain_text(*c.chain[side]) + ", without the issuer " + issuer;
    if (!leaf.authority_key_id.empty())
        finding.detail += " (key id " + hex_bytes(leaf.authority_key_id, 20) + ")";
    finding.detail += ", which is either a private root of the " + std::string{name(peer(side))} +
                      " or a missing intermediate" + trust_text(c, leaf.issuer);
    finding.because = "the " + std::string{name(side)} + " did not send the certificate of " + issuer;
    finding.attributes = {MissingIssuer{.name = leaf.issuer_text, .url = {}}};
    finding.evidence = {c.chain[side].at.frame};
    return finding;
}

static Findings examine(const Conversation &c, const Event &)
{
    Findings findings;
    if (fingerprint_is_signalled(c))
        return findings;
    for (const Side side : {Side::server, Side::client}) {
        const Certificate *top = open_end(c, side);
        if (!top || top != c.chain[side]->leaf() || top->is_ca || found_missing(c, side))
            continue;
        if (!list_may_be_missing(c, peer(side)) && !has_authority(c, peer(side), top->issuer) &&
            !issuer_is_sent_in_part(c, side, *top) && !is_known_root(c, top->issuer))
            findings.push_back(about(c, side, *top));
    }
    return findings;
}

} // namespace tlsdiag
