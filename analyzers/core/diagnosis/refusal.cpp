// Decides whether a certificate was refused and how well a fault explains it, and builds the finding for an unexplained
// refusal. SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"

#include "core/diagnosis/alert_meanings.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "core/handshake/library_fingerprint.hpp"

#include <algorithm>

namespace tlsdiag {

static Finding wrong_clock(const Conversation &c, Side refuser);
static Finding not_yet_or_other_name(const Conversation &c, Side refuser);

Fit certificate_fit(const Conversation &conversation, Side refuser, std::initializer_list<std::string_view> telling)
{
    const Ending &ending = conversation.ending;
    if (!ended_by(conversation, refuser))
        return Fit::none;
    const Moment &came = conversation.chain[peer(refuser)].at;
    const bool before_the_end = certificate_came(conversation, peer(refuser)) && came.frame <= ending.at.frame;
    if (ending.alert) {
        if (ended_by_alert(conversation, refuser, telling))
            return Fit::exact;
        // What stacks say when a certificate does not please them: facts on products, RFC 8446, 6.2.
        if (ended_by_alert(conversation, refuser,
                           {"bad_certificate", "certificate_unknown", "unsupported_certificate", "certificate_expired",
                            "certificate_revoked", "unknown_ca", "access_denied"}))
            return Fit::good;
        return before_the_end && ended_by_alert(conversation, refuser, {"handshake_failure"}) ? Fit::possible
                                                                                              : Fit::none;
    }
    const bool had_accepted = refuser == Side::client && client_began_flight(conversation);
    const bool silently = ending.reason == EndReason::encrypted_alert || ending.reason == EndReason::eap_failure ||
                          (ending.reason == EndReason::quic_close && ending.quic_code != 0) || // 0: NO_ERROR
                          ((ending.reason == EndReason::closed || ending.reason == EndReason::reset) && !had_accepted);
    return before_the_end && silently ? Fit::possible : Fit::none;
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

// ---- What the alert can be about ----
// The alert alone does not tell: it depends on the library that sends it. Measured with OpenSSL 3.0, OpenJDK 17, Bouncy
// Castle, GnuTLS, Go and NSS. A library that is not recognized may mean anything by a general alert.

static bool is_one_of(std::string_view library, std::initializer_list<std::string_view> libraries)
{
    return std::ranges::find(libraries, library) != libraries.end();
}

bool may_be_about_trust(const Conversation &c, Side refuser)
{
    const std::string_view library = fingerprint_library(c, refuser).library;
    if (ended_by_alert(c, refuser, {"bad_certificate"})) // else: the name, the dates or a signature
        return !is_one_of(library, {"OpenSSL", "NSS", "JSSE"});
    if (ended_by_alert(c, refuser, {"certificate_unknown"})) // OpenSSL: what a strict check of the extensions finds
        return library != "OpenSSL";
    return ended_by_alert(c, refuser, {"unknown_ca"}) ||
           (ended_by_alert(c, refuser, {"access_denied"}) && library == "GnuTLS");
}

bool may_be_about_name(const Conversation &c, Side refuser)
{
    if (refuser != Side::client)
        return false;
    const std::string_view library = fingerprint_library(c, refuser).library;
    if (ended_by_alert(c, refuser, {"bad_certificate"}))
        return library != "JSSE"; // there it is about a signature
    return ended_by_alert(c, refuser, {"certificate_unknown"}) && library != "OpenSSL";
}

Fit distrust_fit(const Conversation &c, Side refuser)
{
    const Fit fit = fault_fit(c, refuser, {"unknown_ca"});
    const bool generally = fit == Fit::good && c.ending.alert;
    return generally && !may_be_about_trust(c, refuser) ? Fit::possible : fit;
}

// ---- What can be checked of a certificate ----

bool certificate_is_unreadable(const Conversation &c, Side side)
{
    return c.compressed_certificate[side] || (!c.chain[side] && c.tls13() && !c.decrypted && !c.gaps.any());
}

std::string unreadable_text(const Conversation &c, Side side)
{
    const Seen<CompressedCertificate> &compressed = c.compressed_certificate[side];
    if (!compressed)
        return "is encrypted and cannot be read";
    return "is compressed (" + certificate_compression_name(compressed->algorithm) + ", " +
           plural(compressed->uncompressed_size, "byte", "bytes") + ") and cannot be read here";
}

bool all_in_time(const Conversation &c, Side side)
{
    const Time when = c.ending.at.time;
    const auto in_time = [when](const Certificate *one) { return one->not_before <= when && when <= one->not_after; };
    return readable_leaf(c, side) && is_sane(when) && std::ranges::all_of(c.chain[side]->path.certificates, in_time);
}

bool name_fits(const Conversation &c)
{
    const Certificate *leaf = readable_leaf(c, Side::server);
    const std::optional<std::string> wanted = leaf ? expected_name(c) : std::nullopt;
    return wanted && c.history->certificates->host(*leaf, *wanted).matches;
}

// What a peer checks and the capture does not show, so nobody takes a certificate for a good one.
static std::string unchecked(const Conversation &c, Side side)
{
    const Chain &chain = *c.chain[side];
    std::vector<std::string> open;
    if (std::ranges::any_of(chain.certificates, [](const Certificate *one) { return !one->readable; }))
        open.emplace_back("a certificate that cannot be read");
    if (side == Side::server && !name_fits(c))
        open.emplace_back(encrypted_hello(c) == Ech::unknown
                              ? "the name, which may be encrypted (ECH)"
                              : "the name, as the client sent none that can be compared");
    if (chain.path.top && chain.path.top->readable) {
        const std::string &root = chain.path.ends_in_root ? chain.path.top->subject_text : chain.path.top->issuer_text;
        open.push_back("whether the " + std::string{name(peer(side))} + " trusts " + short_name(root));
    }
    open.emplace_back("revocation, and the " + std::string{name(peer(side))} + "'s own rules");
    return join(open, "; ");
}

// ---- The finding ----

static Finding refusal(const Conversation &c, Side refuser)
{
    const Side refused = peer(refuser);
    const std::uint8_t alert = c.ending.alert->description;
    const std::string meaning{alert_meaning(alert)};
    const std::string usually = meaning.empty() ? "" : "; this alert usually means: " + meaning;
    Finding finding;
    finding.side = party(refused);
    const bool tells = ended_by_alert(c, refuser, {"certificate_revoked", "unsupported_certificate"});
    finding.certainty = tells ? Certainty::strong : Certainty::guess;
    finding.detail = alert_name(alert) + " from the " + std::string{name(refuser)} + usually;
    if (readable_leaf(c, refused)) {
        finding.detail += "; not checked here: " + unchecked(c, refused);
        finding.because =
            tells ? "the " + std::string{name(refuser)} + " says that " + meaning + ", which the packets do not show"
                  : "nothing that can be checked here explains it" + usually;
        finding.evidence = {c.chain[refused].at.frame};
    } else if (c.chain[refused]) {
        finding.detail += "; the certificate is not a readable X.509 certificate";
        finding.because = "its certificate is not a readable X.509 certificate" + usually;
        finding.evidence = {c.chain[refused].at.frame};
    } else {
        finding.detail += "; the certificate " + unreadable_text(c, refused);
        finding.because = "the certificate " + unreadable_text(c, refused) + usually;
    }
    return finding;
}

std::optional<Finding> unexplained_refusal(const Conversation &c, Side refuser)
{
    const Side refused = peer(refuser);
    const bool seen = c.chain[refused] || certificate_is_unreadable(c, refused);
    if (!seen || c.gaps.any() || !refused_certificate(c, refuser) || explained(c) >= Fit::good)
        return std::nullopt;
    if (all_in_time(c, refused)) {
        if (ended_by_alert(c, refuser, {"certificate_expired"}))
            return wrong_clock(c, refuser);
        const bool by_openssl = fingerprint_library(c, refuser).library == "OpenSSL";
        if (by_openssl && ended_by_alert(c, refuser, {"bad_certificate"}) && (refuser == Side::server || name_fits(c)))
            return not_yet_or_other_name(c, refuser);
    }
    return refusal(c, refuser);
}

static std::string validity(const Conversation &c, Side side)
{
    const Certificate &leaf = *c.chain[side]->leaf();
    return named(side, leaf) + " is valid from " + date_text(leaf.not_before) + " to " + date_text(leaf.not_after);
}

static Finding wrong_clock(const Conversation &c, Side refuser)
{
    const Side refused = peer(refuser);
    const std::string who{name(refuser)};
    Finding finding;
    finding.side = party(refuser);
    finding.certainty = Certainty::guess;
    const std::string candidates = "the " + who + "'s clock is ahead, or a CA certificate in the " + who +
                                   "'s own trust store has expired (as DST Root CA X3 did in 2021)";
    finding.detail = "certificate_expired on " + date_text(c.ending.at.time) + ", but " + validity(c, refused) +
                     ", and nothing on its path has expired: " + candidates;
    finding.because = candidates + ": " + validity(c, refused);
    finding.remedy = "Check the clock of the " + who + ", then its trust store: replace an expired root or cross " +
                     "certificate there by the valid root of this chain.";
    finding.evidence = {c.chain[refused].at.frame};
    return finding;
}

// Only a wrong name, a date in the future and a bad or weak key or signature make OpenSSL say bad_certificate.
static Finding not_yet_or_other_name(const Conversation &c, Side refuser)
{
    const Side refused = peer(refuser);
    const std::string who{name(refuser)};
    Finding finding;
    finding.side = party(refuser);
    finding.certainty = Certainty::guess;
    const std::string candidates =
        "the " + who + "'s clock is behind, so that the certificate is not valid yet for it" +
        (refuser == Side::client ? ", or it compares the certificate with another name than its server name (SNI)"
                                 : ", or a signature or key is too weak for it");
    finding.detail = "bad_certificate on " + date_text(c.ending.at.time) + " from what seems to be OpenSSL, but " +
                     validity(c, refused) + ": " + candidates;
    finding.because = candidates + ": " + validity(c, refused);
    finding.remedy = "Check the clock of the " + who + ", then " +
                     (refuser == Side::client ? "the host name that it is configured to expect."
                                              : "its security level and its policy for client certificates.");
    finding.evidence = {c.chain[refused].at.frame};
    return finding;
}

} // namespace tlsdiag
