// An issuer has the right name and another key: the CA has got a new key, and its old certificate is still in use.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis issuer_key_mismatch{
    .title = "An issuer has the right name, but another key",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::ended,
    .wire =
        "A certificate after the leaf has the name of the issuer of the path's last certificate, but not the key id "
        "that this certificate names (authorityKeyIdentifier), or its key does not verify the signature. After a "
        "failure, the signatures of the whole path are verified, and a trust store that the user named is searched "
        "for such a CA.",
    .remedy =
        "Replace the CA certificate in the chain file of the side that sends it with the one whose key signed the "
        "certificate below it: the CA has got a new key, or two CAs have the same name.",
    .sources = {"RFC 5280, 4.2.1.1", "RFC 5280, 6.1.3 (a) (1)", "RFC 8446, 4.4.2", "RFC 5246, 7.4.2"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

// ", which has the key id 01 ab; CN=host was issued by the key id 02 cd"
static std::string keys_text(const Certificate &issuer, const Certificate &subject)
{
    if (subject.authority_key_id.empty() || issuer.subject_key_id.empty() ||
        subject.authority_key_id == issuer.subject_key_id)
        return "its key does not verify the signature of " + short_name(subject.subject_text);
    constexpr std::size_t shown = 20;
    return "its key id is " + hex_bytes(issuer.subject_key_id, shown) + ", and " + short_name(subject.subject_text) +
           " was issued by the key id " + hex_bytes(subject.authority_key_id, shown);
}

static Findings among_sent(const Conversation &c, Side side)
{
    const Certificate *issuer = namesake_of_issuer(c, side);
    if (!issuer)
        return {};
    const Certificate &subject = *open_end(c, side);
    const std::optional<bool> verifies = c.history->certificates->signature(*issuer, subject);
    if (verifies.value_or(false)) // only the key ids contradict each other; many stacks ignore this
        return {};
    const Chain &chain = *c.chain[side];
    const auto place = std::ranges::find(chain.certificates, issuer) - chain.certificates.begin() + 1;
    Finding finding;
    finding.side = party(side);
    finding.certainty = verifies ? Certainty::proven : Certainty::strong;
    finding.detail = "certificate " + std::to_string(place) + " of " + std::to_string(chain.count) + ", " +
                     short_name(issuer->subject_text) + ", has the name of the issuer of " +
                     short_name(subject.subject_text) + ", but another key: " + keys_text(*issuer, subject);
    finding.because = "the " + std::string{name(side)} + " sent " + short_name(issuer->subject_text) +
                      ", which has the name of the issuer of " + short_name(subject.subject_text) +
                      " but not the key that signed it";
    finding.evidence = {c.chain[side].at.frame};
    return {finding};
}

// Names and key ids fit, and yet the key did not make the signature.
static Findings on_path(const Conversation &c, Side side)
{
    const auto path = below_root(c, side);
    const auto &whole = c.chain[side]->path.certificates;
    for (std::size_t i = 0; i < path.size() && i + 1 < whole.size() && i < max_judged_path; ++i) {
        if (c.history->certificates->signature(*whole[i + 1], *path[i]).value_or(true))
            continue;
        if (is_above_trusted(c, side, *path[i]) || trusted_issuer(c, *path[i]))
            break;
        Finding finding;
        finding.side = party(side);
        finding.because = "the key of " + short_name(whole[i + 1]->subject_text) +
                          " does not verify the signature of " + named_in_chain(c, side, *path[i]);
        finding.detail = finding.because + ", although the names fit";
        finding.evidence = {c.chain[side].at.frame};
        return {finding};
    }
    return {};
}

// The trust store that the user named has a CA of this name, with another key.
static Findings in_trust_store(const Conversation &c, Side refuser)
{
    const Side side = peer(refuser);
    const TrustStore &trust = *c.history->trust;
    if (!trust.named() || !refused_certificate(c, refuser) || !readable_leaf(c, side))
        return {};
    const Certificate *top = c.chain[side]->path.top;
    if (!top || trust.with_subject(top->issuer).empty() || trusted_issuer(c, *top))
        return {};
    const std::string root = short_name(top->issuer_text);
    Finding finding;
    finding.side = party(refuser);
    finding.certainty = Certainty::strong;
    finding.detail = trust.description() + " has a CA with the name " + root + ", but its key did not sign " +
                     short_name(top->subject_text) + ", the last certificate that the " + std::string{name(side)} +
                     " sent";
    finding.because = "the " + std::string{name(refuser)} + "'s trust store has " + root +
                      " with another key than the one that signed " + short_name(top->subject_text);
    finding.remedy =
        "Add the present certificate of this CA to the trust store of the " + std::string{name(refuser)} + ".";
    finding.evidence = {c.chain[side].at.frame};
    return {finding};
}

static Findings examine(const Conversation &c, const Event &event)
{
    if (event.kind == EventKind::certificate)
        return among_sent(c, event.side);
    const Side side = peer(event.side);
    if (!readable_leaf(c, side) || c.find(issuer_key_mismatch))
        return {};
    Findings found = on_path(c, side);
    return found.empty() ? in_trust_store(c, event.side) : found;
}

// Only the trust store's finding has a remedy of its own; it is about the side that refused.
static Fit explains(const Conversation &c, const Finding &finding)
{
    const bool in_store = !finding.remedy.empty();
    const Side judge = in_store ? peer(judge_of(finding)) : judge_of(finding);
    const Fit fit = distrust_fit(c, judge);
    // OpenSSL: X509_V_ERR_CERT_SIGNATURE_FAILURE.
    return !in_store && c.chain[peer(judge)] && ended_by_alert(c, judge, {"decrypt_error"}) ? std::max(fit, Fit::good)
                                                                                            : fit;
}

} // namespace tlsdiag
