// A side signs with a key other than its certificate's. Only failed handshakes are checked: others proved their keys.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "core/handshake/signed_messages.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis key_cert_mismatch{
    .title = "A signature does not match the certificate's key",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "The signature in ServerKeyExchange or CertificateVerify does not verify with the public key of the "
            "sender's certificate; TLS 1.3 without keys: the client answers the server's flight with decrypt_error.",
    .remedy = "Configure the private key that belongs to the certificate on the side that sends it: a renewed "
              "certificate has a different key unless it was requested with the old one.",
    .sources = {"RFC 5246, 7.4.3 and 7.4.8", "RFC 8446, 4.4.3", "RFC 8446, 6.2 (decrypt_error)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

static Finding by_signature(const Conversation &c, Side side, const BadSignature &bad)
{
    const Certificate &leaf = *c.chain[side]->leaf();
    const std::string which = "the signature in the " + std::string{name(side)} + "'s " + std::string{bad.message};
    Finding finding;
    finding.side = party(side);
    finding.detail = which + " does not verify with the key (" + leaf.key_algorithm + ", " +
                     digit_groups(static_cast<std::uint64_t>(leaf.key_bits)) + " bits) of " + named(side, leaf);
    finding.because = which + " was not made with the key of " + named(side, leaf);
    finding.evidence = {c.chain[side].at.frame, bad.at.frame};
    return finding;
}

// The server's flight is encrypted, but the alert is not. The signature is the first in the flight that can cause it.
static Findings by_alert(const Conversation &c)
{
    if (!ended_by_alert(c, Side::client, {"decrypt_error"}) || !certificate_is_unreadable(c, Side::server) || c.resumed)
        return {};
    Finding finding;
    finding.certainty = Certainty::strong;
    finding.detail = "the client answered the server's flight with decrypt_error: the server's CertificateVerify or, "
                     "less likely, its Finished does not verify; the certificate " +
                     unreadable_text(c, Side::server);
    finding.because = "the server's signature does not verify with the key of its certificate";
    return {finding};
}

// With an accepted encrypted ClientHello (ECH), the server signs the inner one, which is not seen.
static bool may_sign_hidden_hello(const Conversation &c, Side side)
{
    return side == Side::server && encrypted_hello(c) == Ech::unknown &&
           !ended_by_alert(c, peer(side), {"decrypt_error"});
}

static Findings examine(const Conversation &c, const Event &)
{
    Findings found;
    for (const Side side : {Side::server, Side::client})
        if (const auto bad = may_sign_hidden_hello(c, side) ? std::nullopt : bad_signature(c, side))
            found.push_back(by_signature(c, side, *bad));
    return found.empty() ? by_alert(c) : found;
}

// Not every stack sends the specific alert for it: Java sends handshake_failure.
static Fit explains(const Conversation &c, const Finding &finding)
{
    const Side judge = judge_of(finding);
    if (!ended_by(c, judge) || refused_certificate(c, judge))
        return Fit::none;
    return ended_by_alert(c, judge, {"decrypt_error"}) ? Fit::exact : Fit::good;
}

} // namespace tlsdiag
