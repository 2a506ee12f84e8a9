// A side signs with another key than the one in its certificate. Checked where a handshake failed: one that came up has
// proved its keys. SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "core/handshake/signed_messages.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis key_cert_mismatch{
    .title = "A signature does not fit the certificate's key",
    .severity = Severity::error,
    .triggers = EventKind::ended,
    .wire = "the signature in ServerKeyExchange or CertificateVerify does not verify with the public key of the "
            "certificate that its sender showed; TLS 1.3 without keys: the client answers the server's flight with "
            "decrypt_error",
    .remedy = "Configure the private key that belongs to the certificate, on the side that sends it: a renewed "
              "certificate has another key unless it was requested with the old one.",
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

// The server's flight is encrypted, and the alert is not. Its signature is the first in it that can fail so.
static Findings by_alert(const Conversation &c)
{
    if (!ended_by_alert(c, Side::client, {"decrypt_error"}) || !certificate_is_encrypted(c, Side::server) || c.resumed)
        return {};
    Finding finding;
    finding.certainty = Certainty::strong;
    finding.detail = "decrypt_error is the client's answer to the server's flight: its CertificateVerify or, less "
                     "likely, its Finished does not verify; neither can be read here";
    finding.because = "the server's signature does not verify with the key of its certificate";
    return {finding};
}

static Findings examine(const Conversation &c, const Event &)
{
    Findings found;
    for (const Side side : {Side::server, Side::client})
        if (const auto bad = bad_signature(c, side))
            found.push_back(by_signature(c, side, *bad));
    return found.empty() ? by_alert(c) : found;
}

// Not every stack has the fitting word for it: Java says handshake_failure.
static Fit explains(const Conversation &c, const Finding &finding)
{
    const Side judge = judge_of(finding);
    if (!ended_by(c, judge) || refused_certificate(c, judge))
        return Fit::none;
    return ended_by_alert(c, judge, {"decrypt_error"}) ? Fit::exact : Fit::good;
}

} // namespace tlsdiag
