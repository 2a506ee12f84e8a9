// A side sends a chain that lacks an intermediate CA, so the peer cannot build a path to a root that it trusts.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis missing_intermediate{
    .title = "An intermediate certificate was not sent",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::ended | EventKind::capture_end,
    .wire = "The Certificate message does not contain the issuer of the last certificate on the leaf's path, and that "
            "issuer is not a root: it appears elsewhere with an issuer of its own, the leaf contains a URL for it "
            "(caIssuers), a CA above it was sent, or the peer refuses the CA of a leaf that was sent alone.",
    .remedy = "Configure the side that sends the chain to send the missing CA certificate after its own certificate (a "
              "full chain file); the detail names the missing CA.",
    .sources = {"RFC 8446, 4.4.2", "RFC 5246, 7.4.2", "RFC 5280, 4.2.2.1 (caIssuers)", "RFC 5280, 6.1"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

struct Elsewhere {
    const SeenCertificate *issuer = nullptr; // not a root: another CA issued it
    bool root = false;                       // a self-signed certificate has this name
};

static Elsewhere seen_elsewhere(const Conversation &c, const Certificate &top)
{
    Elsewhere found;
    const std::vector<SeenCertificate> *named = c.history->with_subject(top.issuer);
    if (!named)
        return found;
    for (const SeenCertificate &one : *named) {
        if (one.certificate->self_issued)
            found.root = true;
        else if (c.history->certificates->issued(*one.certificate, top))
            found.issuer = &one;
    }
    return found;
}

// A CA certificate that was sent, is on no path from the leaf and is no root: the chain has a gap below it.
static bool has_gap(const Conversation &c, Side side)
{
    const Chain &chain = *c.chain[side];
    return std::ranges::any_of(chain.certificates, [&](const Certificate *one) {
        return one->readable && one->is_ca && !one->self_issued &&
               std::ranges::find(chain.path.certificates, one) == chain.path.certificates.end();
    });
}

// What the peer's refusal tells. What is missing above a certificate is as likely a root, which only the peer lacks:
// databases, brokers and clusters often have a CA of one tier.
static std::optional<Certainty> by_refusal(const Conversation &c, Side side, bool alone)
{
    const Side refuser = peer(side);
    if (has_gap(c, side) && ended_by_alert(c, refuser, {"unknown_ca"}))
        return Certainty::strong;
    if (!alone || explained(c) >= Fit::good)
        return std::nullopt;
    if (ended_by_alert(c, refuser, {"unknown_ca"}))
        return Certainty::guess;
    if (c.gaps.any()) // packets missing from the capture may explain it better
        return std::nullopt;
    const bool hidden = ended_by(c, refuser) && c.ending.reason == EndReason::encrypted_alert;
    if (hidden)
        return explained(c) < Fit::possible ? std::optional{Certainty::guess} : std::nullopt;
    return distrust_fit(c, refuser) >= Fit::good ? std::optional{Certainty::guess} : std::nullopt;
}

static std::optional<Certainty> certainty(const Conversation &c, Side side, const Certificate &top,
                                          const Elsewhere &seen)
{
    const bool alone = &top == c.chain[side]->leaf() && !top.is_ca;
    if (alone && seen.issuer)
        return Certainty::proven;
    if (alone && !top.aia_ca_issuers.empty())
        return Certainty::strong;
    // Elsewhere a cross-signed root looks like an intermediate, so the peer must have refused the CA.
    if (!alone && seen.issuer && ended_by_alert(c, peer(side), {"unknown_ca"}))
        return Certainty::strong;
    return by_refusal(c, side, alone);
}

static Finding about(const Conversation &c, Side side, const Certificate &top, const Elsewhere &seen, Certainty sure)
{
    const std::string issuer = short_name(top.issuer_text);
    Finding finding;
    finding.side = party(side);
    finding.certainty = sure;
    const std::string url = top.aia_ca_issuers.empty() ? "" : top.aia_ca_issuers.front();
    finding.attributes = {MissingIssuer{top.issuer_text, url}};
    const std::string sent = "the " + std::string{name(side)} + " sent " + chain_text(*c.chain[side]);
    finding.detail = sent + "; the CA " + issuer;
    if (!top.authority_key_id.empty())
        finding.detail += " (key id " + hex_bytes(top.authority_key_id, 20) + ")";
    finding.detail += " is missing";
    finding.because =
        sent + ", and " + issuer + ", the issuer of " + short_name(top.subject_text) + ", is not in the chain";
    if (accepted_authorities(c, peer(side)) && accepted_authorities(c, peer(side))->count > 0)
        finding.because += " or in the " + std::string{name(peer(side))} + "'s list of CAs";
    finding.evidence = {c.chain[side].at.frame};
    if (seen.issuer) {
        finding.detail += "; it is seen in frame " + std::to_string(seen.issuer->frame) + ", issued by " +
                          short_name(seen.issuer->certificate->issuer_text) + ", so it is not a root";
        finding.evidence.push_back(seen.issuer->frame);
    }
    finding.detail += trust_text(c, top.issuer);
    if (sure == Certainty::guess) {
        const std::string root = "a private root that the " + std::string{name(peer(side))} + " does not trust";
        finding.detail += "; it is either an intermediate or " + root;
        finding.because += "; it may instead be " + root;
        finding.remedy = "Find out what " + issuer + " is. If it is an intermediate, configure the " +
                         std::string{name(side)} + " to send its certificate; if it is a root, add it to the " +
                         std::string{name(peer(side))} + "'s trust store.";
    }
    if (!top.aia_ca_issuers.empty())
        finding.detail += "; it is available from " + printable(url, 100);
    return finding;
}

static Findings examine_side(const Conversation &c, Side side)
{
    const Certificate *top = open_end(c, side);
    if (!top || list_may_be_missing(c, peer(side)) || issuer_is_sent_in_part(c, side, *top))
        return {};
    const Elsewhere seen = seen_elsewhere(c, *top);
    const std::optional<Certainty> sure = certainty(c, side, *top, seen);
    if (!sure || seen.root || has_authority(c, peer(side), top->issuer)) // the most expensive check comes last
        return {};
    return {about(c, side, *top, seen, *sure)};
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (event.kind == EventKind::certificate)
        return examine_side(c, event.side);
    Findings findings = examine_side(c, Side::server);
    std::ranges::move(examine_side(c, Side::client), std::back_inserter(findings));
    return findings;
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return distrust_fit(c, judge_of(finding));
}

} // namespace tlsdiag
