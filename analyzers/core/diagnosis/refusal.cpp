// Decides whether a certificate was refused and how well a fault explains it, and builds the finding for an unexplained
// refusal. SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"

#include "core/diagnosis/alert_meanings.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static bool all_in_time(const Conversation &c, Side side);
static Finding wrong_clock(const Conversation &c, Side refuser);

Fit certificate_fit(const Conversation &conversation, Side refuser, std::initializer_list<std::string_view> telling)
{
    const Ending &ending = conversation.ending;
    if (!ended_by(conversation, refuser))
        return Fit::none;
    const Seen<Chain> &chain = conversation.chain[peer(refuser)];
    const bool certificate_came = chain && chain.at.frame <= ending.at.frame;
    if (ending.alert) {
        if (ended_by_alert(conversation, refuser, telling))
            return Fit::exact;
        // What stacks say when a certificate does not please them: facts on products, RFC 8446, 6.2.
        if (ended_by_alert(conversation, refuser,
                           {"bad_certificate", "certificate_unknown", "unsupported_certificate", "certificate_expired",
                            "certificate_revoked", "unknown_ca", "access_denied"}))
            return Fit::good;
        return certificate_came && ended_by_alert(conversation, refuser, {"handshake_failure"}) ? Fit::possible
                                                                                                : Fit::none;
    }
    const bool silently = ending.reason == EndReason::closed || ending.reason == EndReason::reset ||
                          ending.reason == EndReason::encrypted_alert;
    return certificate_came && silently ? Fit::possible : Fit::none;
}

bool refused_certificate(const Conversation &conversation, Side refuser)
{
    return certificate_fit(conversation, refuser, {}) >= Fit::good;
}

Fit fault_fit(const Conversation &c, Side refuser, std::initializer_list<std::string_view> telling)
{
    const Fit fit = certificate_fit(c, refuser, telling);
    const bool another = ended_by_alert(
        c, refuser, {"certificate_expired", "certificate_revoked", "unsupported_certificate", "unknown_ca"});
    return fit != Fit::exact && another ? Fit::none : fit;
}

Fit distrust_fit(const Conversation &c, Side refuser)
{
    return fault_fit(c, refuser, {"unknown_ca"});
}

bool certificate_is_encrypted(const Conversation &c, Side side)
{
    return !c.chain[side] && c.tls13() && !c.decrypted && !c.gaps.any();
}

std::optional<Finding> unexplained_refusal(const Conversation &c, Side refuser)
{
    const Side refused = peer(refuser);
    const bool seen = c.chain[refused] || certificate_is_encrypted(c, refused);
    if (!seen || c.gaps.any() || !refused_certificate(c, refuser) || explained(c) >= Fit::good)
        return std::nullopt;
    if (ended_by_alert(c, refuser, {"certificate_expired"}) && all_in_time(c, refused))
        return wrong_clock(c, refuser);

    const std::uint8_t alert = c.ending.alert->description;
    const std::string meaning{alert_meaning(alert)};
    Finding finding;
    finding.side = party(refused);
    finding.detail = alert_name(alert) + " from the " + std::string{name(refuser)};
    finding.detail += meaning.empty() ? "" : "; this alert usually means: " + meaning;
    finding.because = "the certificate has no visible fault that explains this";
    finding.because += meaning.empty() ? "" : "; this alert usually means: " + meaning;
    if (c.chain[refused])
        finding.evidence = {c.chain[refused].at.frame};
    else
        finding.detail += "; the certificate is encrypted and cannot be read";
    return finding;
}

static Finding wrong_clock(const Conversation &c, Side refuser)
{
    const Side refused = peer(refuser);
    const std::string who{name(refuser)};
    const std::string validity = named(refused, *c.chain[refused]->leaf()) + " is valid from " +
                                 date_text(c.chain[refused]->leaf()->not_before) + " to " +
                                 date_text(c.chain[refused]->leaf()->not_after);
    Finding finding;
    finding.side = party(refuser);
    finding.detail = "certificate_expired on " + date_text(c.ending.at.time) + ", but " + validity;
    finding.because = "the " + who + "'s clock is wrong: " + validity;
    finding.remedy = "Set the clock of the " + who + "; the certificate is within its validity period.";
    finding.evidence = {c.chain[refused].at.frame};
    return finding;
}

static bool all_in_time(const Conversation &c, Side side)
{
    const Time when = c.ending.at.time;
    const auto in_time = [when](const Certificate *one) { return one->not_before <= when && when <= one->not_after; };
    return readable_leaf(c, side) && std::ranges::all_of(c.chain[side]->path.certificates, in_time);
}

} // namespace tlsdiag
