// The stapled OCSP response is unusable: out of date, for another certificate, signed without authorization, ...
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"
#include "core/handshake/stapling.hpp"

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis ocsp_staple_bad{
    .title = "The stapled OCSP response is unusable",
    .severity = Severity::warning,
    .triggers = EventKind::certificate | EventKind::certificate_status,
    .wire = "The OCSP response in CertificateStatus (TLS 1.3: in the Certificate message) is past its nextUpdate or "
            "before its thisUpdate at the frame's time, is for another certificate, is an error from the responder, "
            "has the status unknown, cannot be read, has a signature that fails verification, or is signed by a "
            "responder that is not authorized to sign.",
    .remedy = "Fetch a new OCSP response on the side that sends the certificate, and correct its stapling: after a "
              "renewal it may still send the response for the previous certificate.",
    .sources = {"RFC 6960, 3.2 and 4.2.2", "RFC 6066, 8", "RFC 8446, 6.2 (bad_certificate_status_response)"},
    .examine = examine,
    .explains = explains,
    .once_a_side = true,
};

constexpr Time clock_skew = 5 * 60 * second; // between the responder, the server and the capturing host

// If the leaf is out of date as well, either that is the fault or the capture's clock is wrong.
static std::string date_fault(const OcspStaple &said, const Certificate &leaf, Time when)
{
    if (!is_sane(when) || when < leaf.not_before || when > leaf.not_after)
        return "";
    if (said.next_update < when - clock_skew)
        return "is " + span_text(said.next_update, when) + " past its nextUpdate (" + date_text(said.next_update) + ")";
    if (said.this_update > when + clock_skew)
        return "is " + span_text(when, said.this_update) + " before its thisUpdate (" + date_text(said.this_update) +
               ")";
    return "";
}

// What is wrong with the response; empty if nothing is.
static std::string fault(const OcspStaple &said, const Certificate &leaf, Time when)
{
    switch (said.form) {
    case OcspStaple::Form::response:
        break;
    case OcspStaple::Form::refusal:
        return "is an error from the responder: " + said.refused;
    case OcspStaple::Form::malformed:
        return "cannot be read";
    case OcspStaple::Form::too_long:
        return "";
    }
    if (said.signature_verifies == false)
        return "is not signed with the key of " + short_name(said.responder);
    if (said.signer == OcspStaple::Signer::stranger)
        return "is signed by " + short_name(said.responder) + ", which the certificate's issuer has not authorized";
    if (!said.for_certificate)
        return "is for another certificate";
    if (said.status == OcspStaple::Status::unknown)
        return "says that the responder does not know the certificate";
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
    Finding finding;
    finding.side = party(event.side);
    finding.detail = "the OCSP response stapled to " + named(event.side, leaf) + " " + what;
    finding.because = finding.detail;
    finding.evidence = {c.chain[event.side].at.frame, staple->at.frame};
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &finding)
{
    return fault_fit(c, judge_of(finding), {"bad_certificate_status_response"});
}

} // namespace tlsdiag
