// A side refuses the CA of a complete chain: it does not trust the root.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "core/handshake/library_fingerprint.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis unknown_ca{
    .title = "The peer does not trust the CA",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "One side answers a chain that is complete up to its root, or that cannot be read, with the alert "
            "unknown_ca; or it answers a chain without a visible fault with certificate_unknown (Java) or "
            "bad_certificate (GnuTLS, Go). A private root alone is never reported.",
    .remedy = "Add the root CA of this chain to the trust store of the side that refused the chain, or use a "
              "certificate from a CA that this side trusts.",
    .sources = {"RFC 8446, 6.2 (unknown_ca)", "RFC 5246, 7.2.2", "RFC 5280, 6.1.1 (d)",
                "OpenJDK, sun/security/ssl/CertificateMessage.java (certificate_unknown)",
                "GnuTLS, lib/alert.c (bad_certificate)"},
    .examine = examine,
    .explains = explains,
};

static bool says_so(const Conversation &c, Side refuser)
{
    return ended_by_alert(c, refuser, {"unknown_ca"});
}

static std::string alert_of(const Conversation &c)
{
    return alert_name(c.ending.alert->description);
}

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

static Finding about_unreadable(const Conversation &c, Side refuser)
{
    const std::string who{name(refuser)}, whose{name(peer(refuser))};
    Finding finding;
    finding.side = party(refuser);
    finding.certainty = Certainty::guess;
    finding.detail = "the " + who + " sent unknown_ca; the " + whose + "'s certificate " +
                     unreadable_text(c, peer(refuser)) +
                     ": its root is not trusted, an intermediate is missing, or its leaf is self-signed";
    finding.because = "the " + who + " does not trust the CA of the " + whose + "'s certificate, which " +
                      unreadable_text(c, peer(refuser));
    return finding;
}

enum class Store : std::uint8_t { not_named, lacks_it, has_it };

// What the trust store that the user named says: it is taken for the refuser's. The system's store of the machine that
// reads the capture only makes a claim weaker.
static Store named_store(const Conversation &c, Side refuser)
{
    const TrustStore &trust = *c.history->trust;
    for (const Certificate *one : c.chain[peer(refuser)]->path.certificates)
        if (trust.has_subject(one->issuer) || trust.has_subject(one->subject))
            return Store::has_it;
    return trust.named_by_user() && !trust.none() ? Store::lacks_it : Store::not_named;
}

// A refusal in general terms of a chain in which all that can be checked fits.
static std::optional<Certainty> by_elimination(const Conversation &c, Side refuser, Store store)
{
    const Side refused = peer(refuser);
    const bool whole = store == Store::lacks_it || c.chain[refused]->path.ends_in_root || c.chain[refused]->count > 1;
    const bool fits = all_in_time(c, refused) && (refused == Side::client || name_fits(c));
    const Certificate &top = *c.chain[refused]->path.top;
    if (!may_be_about_trust(c, refuser) || !whole || !fits || c.gaps.any() || explained(c) >= Fit::good ||
        store == Store::has_it || has_authority(c, refuser, top.issuer) || has_authority(c, refuser, top.subject))
        return std::nullopt;
    const bool java = fingerprint_library(c, refuser).library == "JSSE";
    return java || store == Store::lacks_it ? Certainty::strong : Certainty::guess;
}

static Findings examine(const Conversation &c, const Event &event)
{
    const Side refuser = event.side;
    if (!refused_certificate(c, refuser) || list_may_be_missing(c, refuser))
        return {};
    if (!readable_leaf(c, peer(refuser))) {
        const bool alone = says_so(c, refuser) && explained(c) < Fit::exact;
        return alone && certificate_is_unreadable(c, peer(refuser)) ? Findings{about_unreadable(c, refuser)}
                                                                    : Findings{};
    }
    const Store store = named_store(c, refuser);
    Finding finding = about(c, refuser);
    if (says_so(c, refuser)) {
        if (explained(c) == Fit::exact)
            return {};
        finding.certainty = store == Store::lacks_it ? Certainty::proven
                            : store == Store::has_it ? Certainty::guess
                                                     : Certainty::strong;
        if (store == Store::has_it)
            finding.detail +=
                "; if the " + std::string{name(refuser)} +
                " trusts it as well, it refuses another CA in the path (OpenSSL says unknown_ca for that, too)";
        return {finding};
    }
    const std::optional<Certainty> sure = by_elimination(c, refuser, store);
    if (!sure)
        return {};
    finding.certainty = *sure;
    finding.detail = alert_of(c) + " from the " + std::string{name(refuser)} +
                     " for certificates in which no fault is visible: " + finding.detail;
    if (*sure == Certainty::guess)
        finding.detail += "; otherwise revocation, or a rule of the " + std::string{name(refuser)} + "'s own";
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    const Side refuser = c.ending.by;
    if (says_so(c, refuser))
        return Fit::exact;
    return refused_certificate(c, refuser) ? Fit::good : Fit::none;
}

} // namespace tlsdiag
