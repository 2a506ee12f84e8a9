// The client's certificate leads to none of the CAs in the server's list.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/diagnosis/diagnosis.hpp"
#include "core/diagnosis/refusal.hpp"
#include "core/handshake/certificate_questions.hpp"

#include <algorithm>
#include <span>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

extern constinit const Diagnosis client_cert_not_in_ca_list{
    .title = "The client's CA is not in the server's list",
    .severity = Severity::warning,
    .triggers = EventKind::certificate,
    .wire = "No issuer in the client's Certificate message matches a name in certificate_authorities of the "
            "CertificateRequest; names are compared as DER, then again without regard to string types.",
    .remedy = "Configure the client to use a certificate from a CA in the server's list (with its intermediates), or "
              "add the client's CA to the server's list.",
    .sources = {"RFC 5246, 7.4.6", "RFC 8446, 4.4.2.3", "RFC 5280, 7.1 (how names compare)"},
    .examine = examine,
    .explains = explains,
};

// "CN=Device CA", "CN=Device CA under CN=Root"
static std::string issuers(const Chain &chain)
{
    const Certificate &leaf = *chain.leaf(), &top = *chain.path.top;
    const std::string nearest = short_name(leaf.issuer_text);
    return &top == &leaf || top.self_issued ? nearest : nearest + " under " + short_name(top.issuer_text);
}

static std::string because_of(const Chain &chain, const std::string &list)
{
    const Certificate &leaf = *chain.leaf();
    if (leaf.self_issued)
        return named(Side::client, leaf) + " is self-issued, and its name is not in " + list;
    if (chain.count == 1)
        return "the client sent only its own certificate, and its issuer " + issuers(chain) +
               " is in neither the chain nor " + list;
    return "the client's certificate was issued by " + issuers(chain) + ", and " + list +
           " contains none of its issuers";
}

static Findings examine(const Conversation &c, const Event &event)
{
    const CaList *asked = accepted_authorities(c, Side::server);
    const bool all_read = asked && asked->count > 0 && asked->names.size() == asked->count;
    if (event.side != Side::client || !all_read || !readable_leaf(c, Side::client))
        return {};
    const Chain &chain = *c.chain[Side::client];
    const NameMatch match = best_match(chain.certificates, *asked);
    if (match == NameMatch::exact)
        return {};
    const std::string list = "the server's list of " + plural(asked->count, "CA", "CAs");
    Finding finding;
    finding.side = Party::client;
    finding.evidence = {c.certificate_request.at.frame};
    finding.detail = issuers(chain) + " is not in " + list + ", the first of which is " +
                     short_name(name_text(asked->names.front()));
    finding.because = because_of(chain, list);
    if (match == NameMatch::differs_in_encoding) {
        finding.detail =
            issuers(chain) + " is in " + list + ", but only in another encoding: a comparison of the bytes misses it";
        finding.because =
            list + " contains " + issuers(chain) + ", but only in another encoding than the client's certificate";
        finding.remedy = "Put the CA's name into the server's list byte for byte as the CA's certificate encodes it.";
    }
    return {finding};
}

// The issuer that the client did not send, seen elsewhere in the capture, leads to a CA in the list.
static bool would_fit_if_complete(const Conversation &c)
{
    const CaList *asked = accepted_authorities(c, Side::server);
    const Certificate *top = open_end(c, Side::client);
    for (int climbed = 0; asked && top && climbed < 8; ++climbed) {
        const std::vector<SeenCertificate> *named = c.history->with_subject(top->issuer);
        const auto issuer = std::ranges::find_if(
            named ? std::span{*named} : std::span<const SeenCertificate>{}, [&](const SeenCertificate &one) {
                return !one.certificate->self_issued && c.history->certificates->issued(*one.certificate, *top);
            });
        if (!named || issuer == std::span{*named}.end())
            return false;
        top = issuer->certificate;
        if (best_match({top}, *asked) != NameMatch::none)
            return true;
    }
    return false;
}

static Fit explains(const Conversation &c, const Finding &)
{
    // These alerts mean that something else is wrong with the certificate.
    if (ended_by_alert(c, Side::server, {"certificate_expired", "certificate_revoked", "unsupported_certificate"}))
        return Fit::none;
    const Fit fit = certificate_fit(c, Side::server, {"unknown_ca"});
    return fit > Fit::possible && would_fit_if_complete(c) ? Fit::possible : fit;
}

} // namespace tlsdiag
