// The stapled OCSP response proves nothing: it is out of date, of another certificate, not signed by who may, ...
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "core/handshake/stapling.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis ocsp_staple_bad{
    .title = "The stapled OCSP response is no good",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::certificate_status,
    .wire = "the OCSP response in CertificateStatus (TLS 1.3: in the Certificate message) is past its nextUpdate or "
            "before its thisUpdate at the frame's time, is of another certificate, is an error of the responder, has "
            "the status unknown, cannot be read, or has a signature that fails or of one who may not sign",
    .remedy = "Let the side that sends the certificate fetch a new OCSP response for it and correct its stapling: "
              "after a renewal it may still send that of the certificate before.",
    .sources = {"RFC 6960, 3.2 and 4.2.2", "RFC 6066, 8", "RFC 8446, 6.2 (bad_certificate_status_response)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

constexpr Time clock_skew = 5 * 60 * second; // between responder, server and the recording host

// Where the leaf is out of date as well, either that is the fault, or the capture's clock is wrong.
static std::string date_fault(const OcspStaple &said, const Certificate &leaf, Time when)
{
    if (!is_sane(when) || when < leaf.not_before || when > leaf.not_after)
        return "";
    if (said.next_update < when - clock_skew)
        return span_text(said.next_update, when) + " past its nextUpdate, " + date_text(said.next_update);
    if (said.this_update > when + clock_skew)
        return span_text(when, said.this_update) + " before its thisUpdate, " + date_text(said.this_update);
    return "";
}

// What is wrong with it; empty: nothing.
static std::string fault(const OcspStaple &said, const Certificate &leaf, Time when)
{
    switch (said.form) {
    case OcspStaple::Form::response:
        break;
    case OcspStaple::Form::refusal:
        return "an error of the responder: " + said.refused;
    case OcspStaple::Form::malformed:
        return "not readable";
    case OcspStaple::Form::too_long:
        return "";
    }
    if (said.signature_verifies == false)
        return "not signed with the key of " + short_name(said.responder);
    if (said.signer == OcspStaple::Signer::stranger)
        return "signed by " + short_name(said.responder) + ", who has no right to from the certificate's issuer";
    if (!said.for_certificate)
        return "of another certificate";
    if (said.status == OcspStaple::Status::unknown)
        return "an answer that the responder does not know the certificate";
    return date_fault(said, leaf, when);
}

static Findings examine(const Conversation &c, const Event &event)
{
    const std::optional<Stapled> staple = stapled(c, event.side);
    if (!staple)
        return {};
    const Certificate &leaf = *c.chain[event.side]->leaf();
    const std::string what = fault(staple->said, leaf, staple->at.time);
    if (what.empty())
        return {};
    const std::string which = "the OCSP response stapled to " + named(event.side, leaf);
    Finding finding;
    finding.side = party(event.side);
    finding.detail = what + ": " + which;
    finding.because = which + " is " + what;
    finding.evidence = {c.chain[event.side].at.frame, staple->at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {"bad_certificate_status_response"});
}

} // namespace tlsdiag
