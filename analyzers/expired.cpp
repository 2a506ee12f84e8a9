// A certificate of either side had expired when it was sent. The frame's time decides, never today's date.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis expired{
    .title = "A certificate has expired",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::ended,
    .wire = "The notAfter of the leaf or of an intermediate in a Certificate message is earlier than the frame's time; "
            "or the peer sends certificate_expired about a certificate that cannot be read.",
    .remedy = "Renew the certificate on the side that sends it; if its dates are right, correct the peer's clock. An "
              "expired CA certificate that the peer does not need is removed from the chain file, not renewed.",
    .sources = {"RFC 5280, 4.1.2.5", "RFC 5280, 6.1.3 (a) (2)", "RFC 8446, 6.2 (certificate_expired)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

// How much the peer needs the expired certificate.
enum class Role : std::uint8_t {
    needed,
    top,  // the last of three or more: if the peer has this CA as a root, it needs no certificate of it
    twin, // a valid certificate of the same CA and key was sent too
};

static std::string remedy(Side side, Role role, const Certificate &certificate)
{
    const std::string who{name(side)}, judge{name(peer(side))};
    const std::string remove = "Remove the expired certificate of " + short_name(certificate.subject_text) +
                               " from the chain file of the " + who;
    if (role == Role::twin)
        return remove + "; the valid one of this CA is in it too.";
    return role == Role::top ? remove + ", or replace it with a valid one. If this CA is a root, the " + judge +
                                   " needs it in its trust store, and nothing need be renewed."
                             : "";
}

static Finding about(const Conversation &c, Side side, const Certificate &certificate, Role role)
{
    const Moment &at = c.chain[side].at;
    const std::string late = span_text(certificate.not_after, at.time);
    const std::string which = named_in_chain(c, side, certificate);
    Finding finding;
    finding.side = party(side);
    finding.because = which + " expired on " + date_text(certificate.not_after) + ", " + late + " before it was sent";
    finding.detail = finding.because + " (" + date_text(at.time) + ")";
    if (role == Role::twin)
        finding.detail += "; a valid certificate of this CA was sent after it, which some peers do not look for";
    finding.remedy = remedy(side, role, certificate);
    finding.evidence = {at.frame};
    return finding;
}

// The first expired certificate on the path. With `all`, also those that a peer with the user's trust store does not
// need.
static const Certificate *expired_on_path(const Conversation &c, Side side, bool all)
{
    for (const Certificate *certificate : below_root(c, side)) {
        if (!has_expired(*certificate, c.chain[side].at.time))
            continue;
        return all || !is_above_trusted(c, side, *certificate) ? certificate : nullptr;
    }
    return nullptr;
}

static bool is_top(const Conversation &c, Side side, const Certificate &certificate)
{
    constexpr std::size_t leaf_and_its_issuer = 2;
    const Path &path = c.chain[side]->path;
    return path.top == &certificate && path.certificates.size() > leaf_and_its_issuer;
}

// An expired certificate before a valid one of the same CA and key: a peer that takes the first one refuses the chain.
static const Certificate *expired_twin(const Conversation &c, Side side)
{
    const auto &sent = c.chain[side]->certificates;
    const auto &path = c.chain[side]->path.certificates;
    for (std::size_t i = 1; i < path.size() && i < max_judged_path; ++i)
        for (const Certificate *one : sent) {
            if (one == path[i])
                break; // what comes later is not looked at
            if (one->readable && has_expired(*one, c.chain[side].at.time) && names_fit(*one, *path[i - 1]) &&
                std::ranges::find(path, one) == path.end() && c.history->certificates->issued(*one, *path[i - 1]))
                return one;
        }
    return nullptr;
}

// The certificate is encrypted, but the alert that names its fault is not.
static Findings by_alert(const Conversation &c, Side refuser)
{
    const Side side = peer(refuser);
    if (!ended_by_alert(c, refuser, {"certificate_expired"}) || !certificate_is_unreadable(c, side))
        return {};
    Finding finding;
    finding.side = party(side);
    finding.certainty = Certainty::guess; // its clock, or its own trust store, can be the reason too
    finding.detail = "certificate_expired from the " + std::string{name(refuser)} + " on " +
                     date_text(c.ending.at.time) + "; the certificate " + unreadable_text(c, side);
    finding.because = "the " + std::string{name(side)} + "'s certificate, which " + unreadable_text(c, side) +
                      ", has expired according to the " + std::string{name(refuser)} + "'s clock";
    return {finding};
}

static Findings examine(const Conversation &c, const Event &event)
{
    const bool over = event.kind == EventKind::ended;
    const Side side = over ? peer(event.side) : event.side;
    if (over && !ended_by_alert(c, event.side, {"certificate_expired"}))
        return {};
    if (!readable_leaf(c, side) || !is_sane(c.chain[side].at.time))
        return over ? by_alert(c, event.side) : Findings{};
    // A peer that says certificate_expired may have another trust store than the user.
    if (const Certificate *one = expired_on_path(c, side, over))
        return {about(c, side, *one, is_top(c, side, *one) ? Role::top : Role::needed)};
    const Certificate *twin = fingerprint_is_signalled(c) ? nullptr : expired_twin(c, side);
    return twin ? Findings{about(c, side, *twin, Role::twin)} : Findings{};
}

// A peer that knows another path does not mind an expired certificate that it does not need.
static Fit explains(const Conversation &c, const Finding &finding)
{
    const Side judge = judge_of(finding), side = peer(judge);
    const Fit fit = fault_fit(c, judge, {"certificate_expired"});
    const bool may_be_needed = !c.chain[side] || expired_on_path(c, side, true);
    return may_be_needed || fit == Fit::exact ? fit : std::min(fit, Fit::possible);
}

} // namespace tlsdiag
