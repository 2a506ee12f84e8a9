// The client's certificate leads to none of the CAs that the server asked for.
// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/chain.hpp"

#include <algorithm>

namespace tlsdiag {

static Findings examine(const Conversation &, const Event &);
static Fit explains(const Conversation &, const Finding &);

constinit const Diagnosis client_cert_not_in_ca_list{
    .title = "The client's CA is not in the server's list",
    .severity = Severity::warning,
    .needs = Sees::certificate,
    .wire = "no issuer in the client's Certificate message equals a name in certificate_authorities of the "
            "CertificateRequest; compared as DER, and again with string types ignored",
    .remedy =
        "Let the client use a certificate of a CA that the server names (with its intermediates), or add the client's "
        "CA to the server's list.",
    .sources = {"RFC 5246, 7.4.6", "RFC 8446, 4.4.2.3", "RFC 5280, 7.1 (how names compare)"},
    .examine = examine,
    .explains = explains,
};

static NameMatch best_match(const Chain &chain, const CaList &list)
{
    NameMatch best = NameMatch::none;
    for (const Certificate *certificate : chain.certificates) {
        const NameMatch match = certificate->readable ? find_name(certificate->issuer, list.names) : NameMatch::none;
        if (match == NameMatch::exact)
            return match;
        if (match == NameMatch::differs_in_encoding)
            best = match;
    }
    return best;
}

static std::string issuers(const Chain &chain)
{
    const Certificate &leaf = *chain.leaf();
    const Certificate &top = *chain.path.top;
    const std::string nearest = short_name(leaf.issuer_text);
    return &top == &leaf || !top.readable ? nearest : nearest + " under " + short_name(top.issuer_text);
}

static Findings examine(const Conversation &c, const Event &event)
{
    const CaList *list = accepted_authorities(c, Side::server);
    const bool all_read = list && list->count > 0 && list->names.size() == list->count;
    if (event.side != Side::client || !all_read || !readable_leaf(c, Side::client))
        return {};
    const Chain &chain = *c.chain[Side::client];
    const NameMatch match = best_match(chain, *list);
    if (match == NameMatch::exact)
        return {};
    const std::string asked = plural(list->count, "name", "names") + " in the server's list";
    Finding finding;
    finding.side = Party::client;
    finding.evidence = {c.certificate_request.at.frame};
    if (match == NameMatch::differs_in_encoding) {
        finding.detail = issuers(chain) + " is among the " + asked +
                         ", but only in another encoding: a comparison byte "
                         "by byte does not find it";
        finding.because = "the server's list has the client's CA " + issuers(chain) + " only in another encoding";
        finding.remedy = "Put the CA's name into the server's list as its certificate has it, byte by byte.";
    } else {
        finding.detail = issuers(chain) + " is none of the " + asked + ", the first of which is " +
                         short_name(name_text(list->names.front()));
        finding.because =
            "the client sent " + chain_text(chain) + ", and its issuer " + issuers(chain) + " is none of the " + asked;
    }
    return {finding};
}

static Fit explains(const Conversation &c, const Finding &)
{
    // These say that something else is wrong with the certificate.
    if (ended_by_alert(c, Side::server, {"certificate_expired", "certificate_revoked", "unsupported_certificate"}))
        return Fit::none;
    return certificate_fit(c, Side::server, {"unknown_ca"});
}

} // namespace tlsdiag
